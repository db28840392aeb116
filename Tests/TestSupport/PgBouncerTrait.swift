import LocalServers
package import Postgres
package import Testing

/// Puts a PgBouncer in transaction mode in front of the shared PostgreSQL for all tests of a suite.
package struct PgBouncerTrait: SuiteTrait, TestScoping {
    @TaskLocal private static var port = 0

    /// How many server connections it has for each database.
    let connections: Int

    package func provideScope(
        for test: Test,
        testCase: Test.Case?,
        performing function: @concurrent @Sendable () async throws -> Void
    ) async throws {
        let postgres = try await SharedLocalServers.postgres()
        try await withLocalPgBouncer(over: postgres, connections: self.connections) { pooler in
            try await Self.$port.withValue(pooler.port) { try await function() }
        }
    }

    /// The URI of the running test's database, by way of PgBouncer.
    package static var uri: String { "postgresql://postgres@127.0.0.1:\(self.port)/\(ScratchDatabase.name)" }

    /// The settings of connections to the running test's database, by way of PgBouncer.
    package static var configuration: PostgresConfiguration {
        var configuration = ScratchDatabase.configuration
        configuration.connectionString = self.uri
        return configuration
    }
}

extension Trait where Self == PgBouncerTrait {
    /// A PgBouncer in transaction mode for the whole suite, with so many server connections for each database.
    package static func pgBouncer(connections: Int = 1) -> Self { Self(connections: connections) }
}
