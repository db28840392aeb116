import LocalServers
import Logging
import Postgres
import Schema
import TestSupport

/// The database of the running test, and what tests do with it.
struct TestDatabase: Sendable {
    /// Where it is.
    let uri: String
    private let connection: PostgresConnection

    /// Connects to the database that the trait `.scratchDatabase` made.
    init() async throws {
        self.uri = ScratchDatabase.uri
        self.connection = try await ScratchDatabase.connect()
    }

    /// Connects to a server of the test's own and migrates its database.
    init(on server: LocalPostgres) async throws {
        self.uri = server.uri()
        self.connection = try await PostgresConnection.connect(.testing(self.uri), logger: .quiet)
        try await Migrator(self.connection, logger: .quiet).migrate()
    }

    /// Runs a script.
    func run(_ script: String) async throws {
        try await self.connection.run(script: script)
    }

    /// The first cell of each row; NULL is `∅`.
    func column(_ sql: String, _ parameters: [PostgresParameter] = []) async throws -> [String] {
        try await self.connection.texts(sql, parameters)
    }

    /// The first cell of the first row; empty for no row.
    func cell(_ sql: String) async throws -> String {
        try await self.column(sql).first ?? ""
    }

    /// Adds rows with these outbox ids, each of an execution of its own, with the event 1000 + id.
    func addRows(_ ids: ClosedRange<Int>, status: String = "PENDING") async throws {
        try await self.run(
            """
            INSERT INTO noetl.outbox (outbox_id, execution_id, event_id, payload, status, locked_at)
            SELECT id, 500 + id, 1000 + id, jsonb_build_object('event_id', 1000 + id), '\(status)',
                CASE WHEN '\(status)' = 'IN_FLIGHT' THEN now() END
            FROM generate_series(\(ids.lowerBound), \(ids.upperBound)) AS id
            """
        )
    }
}
