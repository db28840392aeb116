import Outbox
import Postgres
import TestSupport
import Testing

/// A claim by lanes beside somebody who knows nothing of lanes.
@Suite(.scratchDatabase, .timeLimit(.minutes(10)))
struct ContendedClaimTests {
    @Test func `a row that somebody has locked holds back the later ones of its execution only`() async throws {
        let (connection, outbox) = try await ClaimTests.connect()
        try await OutboxSeed.insert(Self.rows, on: connection)
        let (other, _) = try await ClaimTests.connect()
        try await other.query("BEGIN")
        try await other.query("SELECT FROM noetl.outbox WHERE outbox_id = 3 FOR UPDATE")
        #expect(try await outbox.lock().ids.sorted() == [1, 2, 5, 6, 8])
        await connection.rollBack()
        await other.rollBack()
        #expect(try await outbox.lock().ids.sorted() == [1, 2, 3, 4, 5, 6, 7, 8])
    }

    @Test func `what is left behind stays as it was, and goes with a later claim`() async throws {
        let (connection, outbox) = try await ClaimTests.connect()
        try await OutboxSeed.insert(Self.rows, on: connection)
        let (other, _) = try await ClaimTests.connect()
        try await other.query("BEGIN")
        try await other.query("SELECT FROM noetl.outbox WHERE outbox_id = 3 FOR UPDATE")
        let batch = try await outbox.lock()
        let published = Array(repeating: Delivery.published, count: batch.rows.count)
        try await outbox.settle(Settlement(of: batch.rows, published, maximumAttempts: 20))
        #expect(try await outbox.lock().rows.isEmpty)
        await connection.rollBack()
        await other.rollBack()
        #expect(try await outbox.lock().idsByExecution == [1 << 23: [3, 4, 7]])
    }

    @Test func `a row that a claim of the API takes in the middle holds back the later ones`() async throws {
        let (connection, outbox) = try await ClaimTests.connect()
        try await OutboxSeed.insert(Self.rows, on: connection)
        // A lock that lets readers pass and keeps row locks waiting: the claim has its snapshot and its lanes, and not yet
        // a row, when the other transaction commits.
        let (other, otherOutbox) = try await ClaimTests.connect()
        try await other.query("BEGIN")
        try await other.query("LOCK TABLE noetl.outbox IN EXCLUSIVE MODE")
        let process = try await connection.serverProcess()
        async let claimed = outbox.lock()
        let (observer, _) = try await ClaimTests.connect()
        try await eventually {
            let waiting = "SELECT count(*) FROM pg_locks WHERE NOT granted AND pid = $1"
            return try await observer.integer(waiting, [.integer(process)]) == 1
        }
        #expect(try await otherOutbox.claim(limit: 2, lease: .seconds(60), isOrdered: false).ids == [1, 2])
        try await other.query("COMMIT")
        // Row 1 is of the execution of 3, 4 and 7, row 2 of that of 5.
        #expect(try await claimed.ids.sorted() == [6, 8])
    }

    @Test func `publishers and claims of the API at once publish each execution in order`() async throws {
        let (connection, _) = try await ClaimTests.connect()
        try await OutboxSeed.insert(
            (0..<40).flatMap { event in (1...6).map { OutboxSeed(execution: $0 << 23, event: event) } },
            on: connection
        )
        try await connection.query("CREATE TABLE published (place bigserial, outbox_id bigint, execution_id bigint)")
        try await withThrowingTaskGroup { group in
            for worker in 0..<2 {
                group.addTask { try await Self.publishByLanes(firstLane: worker) }
                group.addTask { try await Self.publishByLeases() }
            }
            try await group.waitForAll()
        }
        #expect(try await connection.integer("SELECT count(*) FROM published") == 240)
        let disorder = try await connection.integer(
            """
            SELECT count(*) FROM published AS a JOIN published AS b USING (execution_id)
            WHERE a.place < b.place AND a.outbox_id > b.outbox_id
            """
        )
        #expect(disorder == 0)
    }

    /// Rows of three executions: 1, 3, 4, 7 and 2, 5 and 6; the last has none.
    private static let rows = [1, 2, 1, 1, 2, 3, 1, nil].enumerated()
        .map { index, execution in
            OutboxSeed(execution: execution.map { Int64($0) << 23 }, event: Int64(index))
        }

    /// Says in a table what is published while its rows are locked, as a stream would receive it.
    private static func publishByLanes(firstLane: Int) async throws {
        let (connection, outbox) = try await ClaimTests.connect()
        let (recorder, _) = try await ClaimTests.connect()
        while try await Self.owed(recorder) > 0 {
            let batch = try await outbox.lock(limit: 16, firstLane: firstLane)
            try await Self.record(batch.ids, on: recorder)
            let published = Array(repeating: Delivery.published, count: batch.rows.count)
            try await outbox.settle(Settlement(of: batch.rows, published, maximumAttempts: 20))
        }
        #expect(!connection.isInTransaction)
    }

    private static func publishByLeases() async throws {
        let (connection, outbox) = try await ClaimTests.connect()
        while try await Self.owed(connection) > 0 {
            let claimed = try await outbox.claim(limit: 3, lease: .seconds(600), isOrdered: true)
            try await Self.record(claimed.ids, on: connection)
            _ = try await outbox.markPublished(claimed.ids)
        }
    }

    private static func owed(_ connection: PostgresConnection) async throws -> Int64 {
        try await connection.integer("SELECT count(*) FROM noetl.outbox WHERE status <> 'PUBLISHED'")
    }

    private static func record(_ ids: [Int64], on connection: PostgresConnection) async throws {
        try await connection.query(
            """
            INSERT INTO published (outbox_id, execution_id)
            SELECT outbox_id, execution_id FROM noetl.outbox WHERE outbox_id = ANY ($1) ORDER BY outbox_id
            """,
            [.array(PostgresArray(ids))]
        )
    }
}
