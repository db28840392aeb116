import Outbox
import Postgres
import TestSupport
import Testing
import Waiting

/// The count at a size at which it must not look at the table.
@Suite(.scratchDatabase, .timeLimit(.minutes(10)))
struct PendingCountPlanTests {
    @Test func `a million rows are counted from the index alone, beside a million published ones`() async throws {
        let (connection, outbox) = try await ClaimTests.connect()
        try await Self.fill(connection)
        #expect(try await outbox.pendingCount(lease: .seconds(60), limit: 5_000_000) == 1_000_010)
        #expect(try await outbox.pendingCount(lease: .seconds(60), limit: 1_000_000) == 1_000_000)
        #expect(try await outbox.pendingCount(lease: .seconds(60), limit: 7) == 7)
        let name = try #require(
            try await connection.texts(
                """
                SELECT name FROM pg_prepared_statements
                WHERE strpos(statement, 'SELECT least') > 0 AND strpos(statement, 'pg_prepared_statements') = 0
                """
            ).first
        )
        for mode in ["force_custom_plan", "force_generic_plan"] {
            try await connection.query(Statement("SET plan_cache_mode = \(mode)"))
            let plan = try await connection.texts("EXPLAIN (ANALYZE, TIMING off) EXECUTE \(name)(60, 5000000)")
            let scans = plan.filter { $0.contains("Scan") }
            #expect(scans.count == 2, "\(plan)")
            #expect(scans.allSatisfy { $0.contains("Index Only Scan using outbox_") }, "\(plan)")
            let fetches = plan.filter { $0.contains("Heap Fetches") }
            #expect(fetches.count == 2 && fetches.allSatisfy { $0.hasSuffix("Heap Fetches: 0") }, "\(plan)")
        }
    }

    /// Adds 1 M due rows, 1 M published ones and 10 whose lease ran out.
    ///
    /// The constraint that no plan of a count uses is left out, which halves the time this takes.
    private static func fill(_ connection: PostgresConnection) async throws {
        let steps = [
            "ALTER TABLE noetl.outbox DROP CONSTRAINT outbox_execution_id_event_id_key",
            """
            INSERT INTO noetl.outbox (execution_id, event_id, payload, status, locked_at)
            SELECT g, g, '{}', CASE WHEN g > 2000000 THEN 'IN_FLIGHT' WHEN g % 2 = 0 THEN 'PENDING' ELSE 'PUBLISHED' END,
                CASE WHEN g > 2000000 THEN now() - interval '1 hour' END
            FROM generate_series(1, 2000010) AS g
            """,
            "VACUUM ANALYZE noetl.outbox",
        ]
        for step in steps { try await connection.query(Statement(step), deadline: .after(.seconds(300))) }
    }
}
