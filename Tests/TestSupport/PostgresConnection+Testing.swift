package import Postgres
import Schema
import Waiting

extension PostgresConnection {
    /// The first cell of each row of a query; NULL is `∅`.
    package nonisolated func texts(_ sql: String, _ parameters: [PostgresParameter] = []) async throws -> [String] {
        let result = try await self.query(Statement(sql), parameters, deadline: .after(.seconds(120)))
        return (0..<result.rowCount).map { result.text(row: $0, column: 0) ?? "∅" }
    }

    /// The integer in the first cell of a query.
    package nonisolated func integer(_ sql: String, _ parameters: [PostgresParameter] = []) async throws -> Int64 {
        let result = try await self.query(Statement(sql), parameters, deadline: .after(.seconds(120)))
        return try result.requiredInteger(row: 0, column: 0)
    }

    /// Brings the database to the shape that this version needs.
    package nonisolated func migrate() async throws {
        try await Migrator(self, logger: .quiet).migrate()
    }

    /// The process that serves this connection.
    package nonisolated func serverProcess() async throws -> Int64 {
        try await self.integer("SELECT pg_backend_pid()")
    }

    /// Ends the server's process of another connection and returns when it is gone.
    package nonisolated func terminate(_ process: Int64) async throws {
        try await self.query("SELECT pg_terminate_backend($1::bigint::integer, 60000)", [.integer(process)])
    }
}
