import Outbox
import Postgres
import TestSupport
import Testing

/// With 50,000 published rows beside a few due ones, no claim may look at the published ones.
@Suite(.scratchDatabase, .timeLimit(.minutes(10)))
struct PlanTests {
    @Test(arguments: ["force_custom_plan", "force_generic_plan"])
    func `a claim on a lease reads due and expired rows by their indexes`(mode: String) async throws {
        let (connection, outbox) = try await Self.connect(mode)
        for isOrdered in [false, true] {
            _ = try await outbox.claim(limit: 10, lease: .seconds(60), isOrdered: isOrdered)
        }
        for marker in ["AND true", "earlier.execution_id = lowest.execution_id"] {
            let plan = try await Self.plan(of: marker, "(60, 100)", on: connection)
            #expect(plan.contains("outbox_claim_idx"), "\(plan)")
            #expect(plan.contains("outbox_lease_idx"), "\(plan)")
            #expect(!plan.contains("Seq Scan on outbox"), "\(plan)")
            // All rows of an execution, published or not, for each row that is claimed.
            #expect(!plan.contains("outbox_execution_id_event_id_key"), "\(plan)")
        }
    }

    @Test(arguments: ["force_custom_plan", "force_generic_plan"])
    func `a claim by lanes reads due rows by the index of lanes`(mode: String) async throws {
        let (connection, outbox) = try await Self.connect(mode)
        #expect(try await outbox.lock(limit: 100).rows.count >= 100)
        let plan = try await Self.plan(of: "CROSS JOIN LATERAL", "('{0,1,2}', 1, 16, 1000)", on: connection)
        // For what is due in a lane, and for its rows.
        #expect(plan.matches(of: /using outbox_lane_idx/).count == 2, "\(plan)")
        #expect(plan.contains("outbox_held_idx"), "\(plan)")
        // A join would compare each row with all that wait, where the statistics are from before these.
        #expect(!plan.contains("Join"), "\(plan)")
        #expect(!plan.contains("Seq Scan on outbox"), "\(plan)")
    }

    @Test func `claims by lanes keep to its index where the statistics are from before anything waited`() async throws {
        let (connection, outbox) = try await ClaimTests.connect()
        try await connection.addPublishedRows(50_000)
        try await connection.query("VACUUM ANALYZE noetl.outbox")
        try await OutboxSeed.insert((1...1000).map { OutboxSeed(execution: $0 << 23, event: -$0) }, on: connection)
        #expect(try await outbox.lock(limit: 100).rows.count >= 100)
        let plan = try await Self.plan(of: "CROSS JOIN LATERAL", "('{0,1,2}', 1, 16, 1000)", on: connection)
        #expect(plan.matches(of: /using outbox_lane_idx/).count == 2, "\(plan)")
        #expect(!plan.contains("outbox_claim_idx"), "\(plan)")
        await connection.rollBack()
        let (other, _) = try await ClaimTests.connect()
        try await other.query("BEGIN")
        try await other.query("SELECT FROM noetl.outbox WHERE event_id = -1 FOR UPDATE")
        #expect(try await outbox.lock(limit: 100).rows.count >= 100)
        for (marker, parameters) in [("AS is_ours", ""), ("max(o.outbox_id)", "(1000)")] {
            let plan = try await Self.plan(of: marker, parameters, on: connection)
            #expect(plan.contains("outbox_lane_idx") && !plan.contains("outbox_claim_idx"), "\(plan)")
        }
        await other.rollBack()
    }

    @Test(arguments: ["force_custom_plan", "force_generic_plan"])
    func `a claim around somebody's locks reads its lanes up to the last row it locked`(mode: String) async throws {
        let (connection, outbox) = try await Self.connect(mode)
        let (other, _) = try await ClaimTests.connect()
        try await other.query("BEGIN")
        try await other.query("SELECT FROM noetl.outbox WHERE outbox_id = 1 FOR UPDATE")
        #expect(try await outbox.lock(limit: 100).rows.count >= 100)
        let plan = try await Self.plan(of: "AS is_ours", "", on: connection)
        #expect(plan.contains(/outbox_lane_idx.*\n.*Index Cond: .*outbox_id <= reach/), "\(plan)")
        #expect(!plan.contains("Seq Scan on outbox"), "\(plan)")
        await other.rollBack()
    }

    @Test(arguments: ["force_custom_plan", "force_generic_plan"])
    func `claims are neither compiled nor planned by what statistics say, and nothing else is`(
        mode: String
    ) async throws {
        let (connection, outbox) = try await Self.connect(mode)
        #expect(try await outbox.lock(limit: 100).rows.count >= 100)
        #expect(try await connection.texts(Self.settings) == ["off off force_generic_plan"])
        await connection.rollBack()
        _ = try await outbox.claim(limit: 10, lease: .seconds(60), isOrdered: true)
        #expect(try await connection.texts(Self.settings) == ["on on \(mode)"])
    }

    @Test func `a session that is prepared has the settings of claims for good`() async throws {
        let (connection, _) = try await Self.connect("auto")
        let outbox = try await OutboxRepository(preparing: connection, timeout: .seconds(7))
        let timeout = "SELECT current_setting('idle_in_transaction_session_timeout')"
        for _ in 0..<2 {
            #expect(try await outbox.lock(limit: 100).rows.count >= 100)
            await connection.rollBack()
            #expect(try await connection.texts(Self.settings) == ["off off force_generic_plan"])
            #expect(try await connection.texts(timeout) == ["7s"])
        }
    }

    @Test func `what a publisher does for a single row is planned once`() async throws {
        let (connection, outbox) = try await Self.connect("auto")
        for _ in 0..<10 {
            let batch = try await outbox.lock(limit: 1)
            try await outbox.settle(Settlement(of: batch.rows, batch.rows.map { _ in .published }, maximumAttempts: 10))
        }
        let replanned = try await connection.texts(
            """
            SELECT statement
            FROM pg_prepared_statements
            WHERE custom_plans > 0 AND statement LIKE '%noetl.outbox%' AND statement NOT LIKE 'INSERT%'
            """
        )
        #expect(replanned.isEmpty, "\(replanned)")
        let count = try await connection.integer(
            "SELECT count(*) FROM pg_prepared_statements WHERE generic_plans = 10 AND statement LIKE '%PUBLISHED%'"
        )
        #expect(count == 1)
    }

    @Test(arguments: ["force_custom_plan", "force_generic_plan"])
    func `counting and looking for work read the partial indexes only`(mode: String) async throws {
        let (connection, outbox) = try await Self.connect(mode)
        _ = try await outbox.pendingCount(lease: .seconds(60), limit: 1_000_000)
        _ = try await outbox.hasWork(lease: .seconds(60))
        _ = try await outbox.reclaimExpired(lease: .seconds(60), limit: 100)
        _ = try await outbox.status(lease: .seconds(60))
        let count = try await Self.plan(of: "SELECT least", "(60, 1000000)", on: connection)
        #expect(count.contains("outbox_claim_idx") || count.contains("outbox_lane_idx"), "\(count)")
        #expect(count.contains("outbox_lease_idx"), "\(count)")
        #expect(!count.contains("Seq Scan"), "\(count)")
        let work = try await Self.plan(of: "SELECT EXISTS (SELECT FROM noetl.outbox", "(60)", on: connection)
        #expect(!work.contains("Seq Scan"), "\(work)")
        let reclaim = try await Self.plan(of: "SET status = 'PENDING'", "(60, 100)", on: connection)
        #expect(reclaim.contains("outbox_lease_idx"), "\(reclaim)")
        #expect(!reclaim.contains("Seq Scan on outbox"), "\(reclaim)")
        let status = try await Self.plan(of: "TABLESAMPLE", "(60, 1000000)", on: connection)
        #expect(status.contains("Sample Scan on outbox"), "\(status)")
        #expect(!status.contains("Seq Scan on outbox"), "\(status)")
    }

    private static let settings = """
        SELECT concat_ws(
            ' ', current_setting('jit'), current_setting('enable_bitmapscan'), current_setting('plan_cache_mode')
        )
        """

    private static func connect(_ mode: String) async throws -> (PostgresConnection, OutboxRepository) {
        let (connection, outbox) = try await ClaimTests.connect()
        try await connection.query(Statement("SET plan_cache_mode = \(mode)"))
        try await OutboxSeed.insert(
            (1...1000).map { OutboxSeed(execution: $0 << 23, event: -$0) }
                + (1...20).map { OutboxSeed(event: -$0, status: "IN_FLIGHT", lockedAgo: 100) }
                + (1...20).map { OutboxSeed(execution: $0 << 23, event: -$0 - 5000, status: "FAILED", dueIn: 600) },
            on: connection
        )
        try await connection.addPublishedRows(50_000)
        return (connection, outbox)
    }

    /// The plan of a statement that this connection has prepared, found by a part of its text.
    private static func plan(
        of marker: String,
        _ parameters: String,
        on connection: PostgresConnection
    ) async throws -> String {
        let names = try await connection.texts(
            """
            SELECT name FROM pg_prepared_statements
            WHERE strpos(statement, $1) > 0 AND strpos(statement, 'pg_prepared_statements') = 0
            """,
            [.text(marker)]
        )
        let name = try #require(names.count == 1 ? names.first : nil, "\(marker): \(names)")
        return try await connection.texts("EXPLAIN EXECUTE \(name)\(parameters)").joined(separator: "\n")
    }
}
