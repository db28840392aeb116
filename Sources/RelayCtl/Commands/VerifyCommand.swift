import ArgumentParser

/// `relayctl verify`: whether the outbox, the stream and the events agree.
struct VerifyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Compares the ids in noetl.outbox, in the stream and in noetl.event.",
        discussion: """
            Within what is retained: every published row must be in the stream, each message once, and every message that \
            the projector has acknowledged in noetl.event or in noetl.event_dead_letter. Publishers and projectors go on \
            meanwhile. It reads the whole stream and keeps its ids in temporary tables, in one transaction. Of a projector \
            in shards it is what all of their consumers have acknowledged.

            Exit status 1 where they do not agree, and where the projector's consumer, or one of its shards, does not \
            exist: what it acknowledged is then not known, and not checked.
            """
    )

    @OptionGroup var servers: ServerFlags

    @Flag(help: "Print one JSON object.")
    var json = false

    func run() async throws {
        let settings = try OperatorSettings(flags: self.servers)
        let report = try await withStopSignals { try await Verification(settings).run() }
        Console.standardOutput.line(self.json ? report.json : report.text)
        if !report.holds { throw ExitCode(1) }
    }
}
