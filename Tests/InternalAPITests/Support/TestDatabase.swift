import LocalServers
import Logging
import Postgres
import Schema

/// A migrated database of one test's own.
struct TestDatabase: Sendable {
    /// Where it is.
    let uri: String
    private let connection: PostgresConnection

    private static let gate = Gate(2)

    /// Makes a database on the shared server, or on another.
    init(on server: LocalPostgres? = nil) async throws {
        let server = if let server { server } else { try await SharedLocalServers.postgres() }
        (self.uri, self.connection) = try await Self.gate.pass { try await Self.make(on: server) }
    }

    private static func make(on server: LocalPostgres) async throws -> (String, PostgresConnection) {
        let name = "api_\(UInt64.random(in: 0 ... .max))"
        let maintenance = try await Self.connect(server.uri())
        try await maintenance.run(script: "CREATE DATABASE \(name)")
        await maintenance.close()
        let uri = server.uri(database: name)
        let connection = try await Self.connect(uri)
        try await Migrator(connection, logger: Self.logger).migrate()
        return (uri, connection)
    }

    private static let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    /// Opens another connection.
    static func connect(_ uri: String) async throws -> PostgresConnection {
        try await PostgresConnection.connect(
            PostgresConfiguration(connectionString: uri, applicationName: "test"),
            logger: self.logger
        )
    }

    /// Runs a script.
    func run(_ script: String) async throws {
        try await self.connection.run(script: script)
    }

    /// The cells of the first column; `NULL` for NULL.
    func column(_ sql: String) async throws -> [String] {
        let result = try await self.connection.query(Statement(sql))
        return (0..<result.rowCount).map { result.text(row: $0, column: 0) ?? "NULL" }
    }

    /// The first cell of the first row; `NULL` for NULL, empty for no row.
    func cell(_ sql: String) async throws -> String {
        try await self.column(sql).first ?? ""
    }

    /// Adds pending rows with these outbox ids, each an execution of its own with the event 1000 + id.
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
