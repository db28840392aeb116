import ArgumentParser
import JetStream
import Outbox
import Postgres

/// `relayctl status`: what is owed, what is stuck and why, and how far the stream and the projector are.
struct StatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Shows what is owed, what is stuck and why, and how far stream and projector are.",
        discussion: """
            Reads only. Exit status 1 where the database or the broker cannot be asked; what the other one says is shown \
            all the same.
            """
    )

    @OptionGroup var servers: ServerFlags

    @Flag(help: "Print one JSON object.")
    var json = false

    func run() async throws {
        let settings = try OperatorSettings(flags: self.servers)
        var report = StatusReport(stream: settings.stream, consumer: settings.consumer)
        do {
            report.outbox = try await Self.outbox(settings)
        } catch {
            report.faults.append(FailureSentence(error).description)
        }
        do {
            try await Self.readStream(settings, into: &report)
        } catch {
            report.faults.append(FailureSentence(error).description)
        }
        Console.standardOutput.line(self.json ? report.json : report.text)
        for fault in report.faults { Console.complain(fault) }
        if !report.faults.isEmpty { throw ExitCode(1) }
    }

    private static func outbox(_ settings: OperatorSettings) async throws -> OutboxStatus {
        let connection = try await PostgresConnection.connect(settings.database, logger: .quiet)
        let status = try await OutboxRepository(connection).status(lease: settings.lease)
        await connection.close()
        return status
    }

    private static func readStream(_ settings: OperatorSettings, into report: inout StatusReport) async throws {
        let connection = try await NATSConnection.connect(settings.nats)
        report.isBrokerThere = true
        report.streamInfo = try await connection.streamInfo(settings.stream)
        report.consumers = try await ProjectorConsumers(settings.consumer, stream: settings.stream, on: connection)
        await connection.close()
    }
}
