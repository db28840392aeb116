import JetStream
import LocalServers
import Postgres

/// The servers of one demo: its own, or those it was given.
struct DemoServers: Sendable {
    /// Where the database is.
    let database: PostgresConfiguration
    /// Where NATS is.
    let nats: NATSConfiguration
    /// Whether the database is the demo's own and nobody else's rows are in it.
    let isDatabaseOwn: Bool
    /// Whether NATS is the demo's own.
    let isNATSOwn: Bool
    /// What the demo's stream and consumer are called.
    let names: StreamNames
}

extension DemoServers {
    /// Starts what is not given, lends the servers to `body` and ends what was started, however `body` ends.
    ///
    /// - Throws: `LocalServerError`, `PostgresError`, and what `body` throws.
    static func with<Result>(
        _ choice: ServerChoice,
        _ body: (DemoServers) async throws -> Result
    ) async throws -> Result {
        async let startedPostgres = choice.database == nil ? LocalPostgres.start(.init(isDurable: true)) : nil
        async let startedNATS = choice.nats == nil ? LocalNATS.start() : nil
        let postgres: LocalPostgres?
        do {
            postgres = try await startedPostgres
        } catch {
            await (try? startedNATS)?.shutdown()
            throw error
        }
        let nats: LocalNATS?
        do {
            nats = try await startedNATS
        } catch {
            await postgres?.shutdown()
            throw error
        }
        return try await withCleanUp {
            try await body(try await Self(choice, postgres: postgres, nats: nats))
        } cleanUp: {
            async let postgresIsGone: Void? = postgres?.shutdown()
            async let natsIsGone: Void? = nats?.shutdown()
            _ = await (postgresIsGone, natsIsGone)
        }
    }

    private init(_ choice: ServerChoice, postgres: LocalPostgres?, nats: LocalNATS?) async throws {
        self.isDatabaseOwn = postgres != nil
        self.isNATSOwn = nats != nil
        // A database or broker that others use, too, must not get their names from us.
        self.names = postgres != nil && nats != nil ? .usual : .unique()
        self.nats = choice.nats ?? NATSConfiguration(url: nats?.url ?? "", name: ServerChoice.applicationName)
        if let database = choice.database {
            self.database = database
        } else {
            let server = postgres?.uri() ?? ""
            try await Self.makeDatabase(on: server)
            self.database = PostgresConfiguration(
                connectionString: postgres?.uri(database: Self.databaseName) ?? "",
                applicationName: ServerChoice.applicationName
            )
        }
    }

    private static let databaseName = "noetl"

    private static func makeDatabase(on server: String) async throws {
        let connection = try await PostgresConnection.connect(
            PostgresConfiguration(connectionString: server, applicationName: ServerChoice.applicationName),
            logger: .quiet
        )
        try await connection.query("CREATE DATABASE \(self.databaseName)")
        await connection.close()
    }
}
