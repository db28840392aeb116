import ArgumentParser
import Outbox
import Postgres
import RawJSON

/// `relayctl retry`: lets parked rows go again.
struct RetryCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "retry",
        abstract: "Lets parked rows of noetl.outbox go again, once their cause is mended.",
        discussion: """
            A parked row is FAILED for good, because it could never go or its attempts are used up; relayctl status lists \
            the reasons. It becomes due with all its attempts before it. Rows that are not parked are left as they are. \
            What was published of its execution meanwhile stays before it in the stream.
            """
    )

    @OptionGroup var servers: ServerFlags

    @Option(name: .customLong("id"), help: ArgumentHelp("The outbox_id of a row; may be repeated.", valueName: "id"))
    var ids: [Int64] = []

    @Option(help: ArgumentHelp("All parked rows of this execution.", valueName: "id"))
    var execution: Int64?

    @Flag(help: "All parked rows.")
    var all = false

    @Flag(help: "Print one JSON object.")
    var json = false

    func validate() throws {
        guard [!self.ids.isEmpty, self.execution != nil, self.all].count(where: { $0 }) == 1 else {
            throw ValidationError("Say which rows: --id, --execution or --all, one of the three.")
        }
    }

    func run() async throws {
        let settings = try OperatorSettings(flags: self.servers)
        let connection = try await PostgresConnection.connect(settings.database, logger: .quiet)
        let count = try await OutboxRepository(connection).retryParked(self.selection)
        await connection.close()
        Console.standardOutput.line(self.json ? Self.json(count) : Self.sentence(count))
    }

    private var selection: OutboxRepository.ParkedSelection {
        if let execution = self.execution { return .execution(execution) }
        return self.all ? .all : .rows(self.ids)
    }

    private static func sentence(_ count: Int) -> String {
        switch count {
        case 0: "None of these rows is parked."
        case 1: "1 parked row goes again."
        default: "\(count.grouped) parked rows go again."
        }
    }

    private static func json(_ count: Int) -> String {
        var json = JSONWriter()
        json.object { $0.integer("retried", count) }
        return String(decoding: json.bytes, as: UTF8.self)
    }
}
