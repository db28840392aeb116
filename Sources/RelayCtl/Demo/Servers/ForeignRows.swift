import JetStream
import Postgres

/// Rows of `noetl.outbox` that others wrote while a demo ran, and that its publisher sent to the demo's stream.
struct ForeignRows: Sendable {
    private let servers: DemoServers

    init(_ servers: DemoServers) {
        self.servers = servers
    }

    /// Puts them back to PENDING, for their own publisher.
    ///
    /// A row that had been sent by both is sent to its own stream again, under the same message id.
    ///
    /// - Parameter executions: The executions whose rows are the demo's own.
    /// - Returns: How many there were.
    /// - Throws: `NATSError`; `PostgresError`; ``DemoError`` where the stream does not tell them all any more.
    func putBack(but executions: Set<Int64>) async throws -> Int {
        let broker = try await NATSConnection.connect(self.servers.nats)
        guard let stream = try await broker.streamInfo(self.servers.names.stream), stream.lastSequence > 0 else {
            await broker.close()
            return 0
        }
        let database = try await PostgresConnection.connect(self.servers.database, logger: .quiet)
        let own = PostgresParameter.array(PostgresArray(executions))
        var count = 0
        var reader = try await StreamReader(self.servers.names.stream, on: broker)
        while let messages = try await reader.next() {
            let ids = (0..<messages.count).compactMap { messages.header("Noetl-Outbox-Id", of: $0).flatMap(Int64.init) }
            count += try await database.query(Self.putBack, [.array(PostgresArray(ids)), own]).affectedRows
        }
        await database.close()
        await broker.close()
        guard stream.firstSequence <= 1 else {
            throw DemoError("the stream no longer has all before sequence \(stream.firstSequence)")
        }
        return count
    }

    private static let putBack: Statement = """
        UPDATE noetl.outbox
        SET status = 'PENDING',
            published_at = NULL,
            updated_at = now()
        WHERE outbox_id = ANY ($1)
            AND status = 'PUBLISHED'
            AND (execution_id = ANY ($2)) IS NOT TRUE
        """
}
