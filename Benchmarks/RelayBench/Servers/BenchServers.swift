import JetStream
import LocalServers
import Logging
import Postgres
import Schema
import SystemPackage

/// The servers of one run, with a migrated database, and the programs that are measured on them.
struct BenchServers: Sendable {
    var programs: Programs
    let database: Database
    let broker: Broker

    /// Starts the servers, lends them to `body` and ends them.
    ///
    /// Commits wait for the disk, as in earnest; every setting that decides a figure is the server's default.
    ///
    /// - Throws: What the servers and `body` throw.
    static func with<Result>(_ body: (BenchServers) async throws -> Result) async throws -> Result {
        let settings = [
            "shared_preload_libraries": "pg_stat_statements",
            "max_connections": "300",
            // Room for ten million rows without a checkpoint in every round.
            "max_wal_size": "4GB",
        ]
        return try await withLocalPostgres(.init(settings: settings, isDurable: true)) { postgres in
            try await withLocalNATS { nats in
                let name = "noetl"
                let server = try await Database.connect(postgres.uri())
                try await server.query("CREATE DATABASE noetl")
                await server.close()
                let connection = try await Database.connect(postgres.uri(database: name))
                try await Migrator(connection, logger: .quiet).migrate()
                try await connection.query("CREATE EXTENSION pg_stat_statements")
                return try await body(
                    BenchServers(
                        programs: try Programs(
                            database: postgres.uri(database: name),
                            broker: nats.url,
                            logs: nats.folder.string
                        ),
                        database: Database(uri: postgres.uri(database: name), connection: connection),
                        broker: try await Broker(url: nats.url)
                    )
                )
            }
        }
    }
}

extension Logger {
    /// A logger that says nothing.
    static let quiet = Logger(label: "bench") { _ in SwiftLogNoOpLogHandler() }
}
