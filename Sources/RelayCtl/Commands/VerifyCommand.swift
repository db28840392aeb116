import ArgumentParser

/// `relayctl verify`: whether the outbox, the stream and the events agree.
struct VerifyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Compares the ids in noetl.outbox, in the stream and in noetl.event.",
        discussion: """
            Within what is retained: every published row must be in the stream, each message once, and every message that \
            the projector has acknowledged in noetl.event or in noetl.event_dead_letter. Publishers and projectors go on \
            meanwhile. It reads the whole stream and keeps its ids in temporary tables, in one transaction.

            Exit status 1 where they do not agree.
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
