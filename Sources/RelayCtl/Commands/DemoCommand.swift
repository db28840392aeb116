import ArgumentParser
import Settings

/// `relayctl demo`: the whole relay at work, and the proof that it lost, doubled and disordered nothing.
struct DemoCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo",
        abstract: "Runs the whole relay on servers of its own, and proves what it promises.",
        discussion: """
            Starts a throwaway PostgreSQL and nats-server, the three services as processes, and commits playbook \
            executions to noetl.outbox; then compares what was committed with the stream and with noetl.event.

            With DATABASE_URL or NATS_URL set it uses that server, and there a stream and ids of its own.
            """
    )

    @Option(help: ArgumentHelp("How many events to commit, 1 to 5,000,000.", valueName: "n"))
    var events = 20_000

    @Option(help: ArgumentHelp("How many events to commit in a second, 1 to 1,000,000.", valueName: "n"))
    var rate = 2_000

    @Flag(help: "Leave everything running after the proof, and print how to reach it, until Ctrl-C.")
    var keep = false

    @Flag(help: "Print the result as one JSON object; progress goes to standard error.")
    var json = false

    func validate() throws {
        guard (1...5_000_000).contains(self.events) else {
            throw ValidationError("--events is \(self.events); it must be a number from 1 to 5,000,000.")
        }
        guard (1...1_000_000).contains(self.rate) else {
            throw ValidationError("--rate is \(self.rate); it must be a number from 1 to 1,000,000.")
        }
    }

    func run() async throws {
        let demo = Demo(
            options: DemoOptions(events: self.events, rate: self.rate, isKept: self.keep),
            servers: try ServerChoice(settings: SettingsReader()),
            output: self.json ? .json : .text
        )
        let holds = try await withStopSignals { try await demo.run() }
        if !holds { throw ExitCode(1) }
    }
}
