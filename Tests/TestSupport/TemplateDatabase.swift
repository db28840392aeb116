import LocalServers
import Logging
import Postgres
import Schema
import Waiting

/// The migrated database that scratch databases are copied from, made once per process.
enum TemplateDatabase {
    static let name = "noetl_template"

    static let ready = Once {
        let server = try await SharedLocalServers.postgres()
        try await Self.run("CREATE DATABASE \(Self.name)")
        let connection = try await PostgresConnection.connect(.testing(server.uri(database: Self.name)), logger: .quiet)
        try await Migrator(connection, logger: .quiet).migrate()
        // A database can only be copied while nobody is connected to it.
        await connection.close()
        try await Self.run("ALTER DATABASE \(Self.name) ALLOW_CONNECTIONS false")
    }

    /// Runs a statement on the shared server, outside any scratch database.
    static func run(_ sql: String) async throws {
        let server = try await SharedLocalServers.postgres()
        let connection = try await PostgresConnection.connect(.testing(server.uri()), logger: .quiet)
        try await connection.query(Statement(sql), deadline: .after(.seconds(120)))
        await connection.close()
    }
}
