import Postgres
import Schema
import TestSupport
import Testing

@Suite(.pgBouncer(), .emptyDatabase, .timeLimit(.minutes(10)))
struct PoolerTests {
    @Test func `behind a pooler nothing is migrated and no lock is left, saying where to connect to`() async throws {
        let pooled = try await PostgresConnection.connect(PgBouncerTrait.configuration, logger: .quiet)
        let error = await #expect(throws: PostgresError.self) {
            try await Migrator(pooled, logger: .quiet).migrate()
        }
        #expect("\(try #require(error))".contains("connect to PostgreSQL itself"))
        let direct = try await ScratchDatabase.connect()
        #expect(try await direct.texts("SELECT to_regnamespace('noetl')") == ["∅"])
        let locks = try await direct.integer(
            """
            SELECT count(*) FROM pg_locks JOIN pg_database AS d ON d.oid = database
            WHERE locktype = 'advisory' AND datname = current_database()
            """
        )
        #expect(locks == 0)
    }
}
