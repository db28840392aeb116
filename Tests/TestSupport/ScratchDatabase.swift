import LocalServers
import Logging
package import Postgres
import Synchronization
package import Testing

/// Gives each test a PostgreSQL database of its own, dropped when the test is over.
///
/// A copy of one that was migrated once per process, which takes a few tens of milliseconds, or an empty one. All are on
/// ``SharedLocalServers/postgres()``.
package struct ScratchDatabase: TestTrait, SuiteTrait, TestScoping {
    /// The database of the running test.
    @TaskLocal package static var name = ""
    @TaskLocal private static var serverURI = ""

    private static let turnstile = Turnstile(width: 8)
    private static let last = Atomic<Int>(0)

    private let isMigrated: Bool

    fileprivate init(isMigrated: Bool) {
        self.isMigrated = isMigrated
    }

    // swift-format-ignore: AllPublicDeclarationsHaveDocumentation
    package var isRecursive: Bool { true }

    /// Makes the database, runs the test and drops the database, also after a failure.
    package func provideScope(
        for test: Test,
        testCase: Test.Case?,
        performing function: @concurrent @Sendable () async throws -> Void
    ) async throws {
        guard testCase != nil else { return try await function() }
        await Self.turnstile.enter()
        do {
            try await self.withDatabase(function)
            await Self.turnstile.leave()
        } catch {
            await Self.turnstile.leave()
            throw error
        }
    }

    private func withDatabase(_ function: @concurrent @Sendable () async throws -> Void) async throws {
        let server = try await SharedLocalServers.postgres()
        if self.isMigrated { try await TemplateDatabase.ready.value }
        let template = self.isMigrated ? TemplateDatabase.name : "template0"
        let name = "scratch_\(Self.last.add(1, ordering: .relaxed).newValue)"
        try await TemplateDatabase.run("CREATE DATABASE \(name) TEMPLATE \(template)")
        do {
            try await Self.$serverURI.withValue(server.uri(database: name)) {
                try await Self.$name.withValue(name) { try await function() }
            }
        } catch {
            try await Self.drop(name)
            throw error
        }
        try await Self.drop(name)
    }

    private static func drop(_ name: String) async throws {
        // A task of its own: a test that ran into its time limit is cancelled, and cleans up all the same.
        try await Task { try await TemplateDatabase.run("DROP DATABASE \(name) WITH (FORCE)") }.value
    }
}

extension ScratchDatabase {
    /// The URI of the running test's database.
    package static var uri: String {
        precondition(!self.serverURI.isEmpty, "the test lacks the trait .scratchDatabase or .emptyDatabase")
        return self.serverURI
    }

    /// How to connect to the running test's database.
    package static var configuration: PostgresConfiguration {
        // The limit is for a machine with more tests than cores.
        .testing(self.uri)
    }

    /// Connects to the running test's database.
    package static func connect() async throws -> PostgresConnection {
        try await PostgresConnection.connect(self.configuration, logger: .quiet)
    }

    /// A pool on the running test's database.
    package static func makePool(maximumConnections: Int = 4, waitTimeout: Duration = .seconds(60)) -> PostgresPool {
        PostgresPool(
            self.configuration,
            maximumConnections: maximumConnections,
            waitTimeout: waitTimeout,
            logger: .quiet
        )
    }
}

extension Trait where Self == ScratchDatabase {
    /// A database of its own for each test, migrated.
    package static var scratchDatabase: Self { Self(isMigrated: true) }

    /// A database of its own for each test, without any table.
    package static var emptyDatabase: Self { Self(isMigrated: false) }
}
