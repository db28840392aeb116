import Outbox
import Postgres
import TestSupport
import Testing

@Suite(.scratchDatabase, .timeLimit(.minutes(10)))
struct RetentionTests {
    @Test func `published rows older than the retention go, all others stay`() async throws {
        let (connection, outbox) = try await ClaimTests.connect()
        try await OutboxSeed.insert(
            [
                OutboxSeed(event: 1, status: "PUBLISHED"), OutboxSeed(event: 2, status: "PUBLISHED"),
                OutboxSeed(event: 3), OutboxSeed(event: 4, status: "FAILED", dueIn: .infinity),
                OutboxSeed(event: 5, status: "IN_FLIGHT", lockedAgo: 1), OutboxSeed(event: 6, status: "PUBLISHED"),
            ],
            on: connection
        )
        try await Self.publish("1, 6", ago: 3601, on: connection)
        try await Self.publish("2", ago: 3000, on: connection)
        let step = try await outbox.deletePublished(olderThan: .seconds(3600), after: .min, limit: 100)
        #expect(step.deleted == 2)
        #expect(step.lastID == nil)
        #expect(
            try await connection.outboxStates()
                == ["2 PUBLISHED 0", "3 PENDING 0", "4 FAILED 0", "5 IN_FLIGHT 0"]
        )
    }

    @Test func `windows follow one another until rows are too young`() async throws {
        let (connection, outbox) = try await ClaimTests.connect()
        try await OutboxSeed.insert((1...30).map { OutboxSeed(event: $0, status: "PUBLISHED") }, on: connection)
        try await connection.query("UPDATE noetl.outbox SET published_at = created_at")
        try await connection.query(
            "UPDATE noetl.outbox SET created_at = now(), published_at = now() WHERE outbox_id > 25"
        )
        var steps: [[Int64?]] = []
        var position: Int64? = .min
        while let start = position {
            let step = try await outbox.deletePublished(olderThan: .seconds(60), after: start, limit: 4)
            steps.append([Int64(step.deleted), step.lastID])
            position = step.lastID
        }
        #expect(steps == [[4, 4], [4, 8], [4, 12], [4, 16], [4, 20], [4, 24], [1, 28], [0, nil]])
        #expect(try await connection.integer("SELECT count(*) FROM noetl.outbox") == 5)
    }

    @Test func `neither a claim nor a locked row is waited for, and no claim waits`() async throws {
        let (connection, outbox) = try await ClaimTests.connect()
        try await OutboxSeed.insert(
            (1...3).map { OutboxSeed(event: $0, status: "PUBLISHED") } + [OutboxSeed(event: 4)],
            on: connection
        )
        try await Self.publish("1, 2, 3", ago: 100, on: connection)
        #expect(try await outbox.lock().ids == [4])
        let (other, otherOutbox) = try await ClaimTests.connect()
        try await other.query("BEGIN")
        try await other.query("SELECT FROM noetl.outbox WHERE outbox_id = 2 FOR UPDATE")
        let (third, thirdOutbox) = try await ClaimTests.connect()
        try await third.query("BEGIN")
        #expect(try await thirdOutbox.deletePublished(olderThan: .seconds(60), after: .min, limit: 9).deleted == 2)
        await connection.rollBack()
        #expect(try await otherOutbox.claim(limit: 9, lease: .seconds(60), isOrdered: true).ids == [4])
    }

    @Test func `one connection at a time has the lock of the one that deletes`() async throws {
        let (connection, outbox) = try await ClaimTests.connect()
        let (_, otherOutbox) = try await ClaimTests.connect()
        #expect(try await outbox.lockRetention())
        #expect(try await outbox.lockRetention())
        #expect(try await !otherOutbox.lockRetention())
        await connection.close()
        try await eventually { try await otherOutbox.lockRetention() }
    }

    @Test(arguments: ["force_custom_plan", "force_generic_plan"])
    func `a window is read and deleted by the primary key`(mode: String) async throws {
        let (connection, outbox) = try await ClaimTests.connect()
        try await connection.query(Statement("SET plan_cache_mode = \(mode)"))
        try await connection.addPublishedRows(50_000)
        _ = try await outbox.deletePublished(olderThan: .seconds(3600), after: .min, limit: 100)
        let name = try await connection.texts(
            "SELECT name FROM pg_prepared_statements WHERE strpos(statement, 'DELETE') > 0 AND strpos(statement, 'SELECT name') = 0"
        )
        let plan = try await connection.texts("EXPLAIN EXECUTE \(try #require(name.first))(60, 0, 1000)")
            .joined(separator: "\n")
        #expect(plan.contains("outbox_pkey"), "\(plan)")
        #expect(!plan.contains("Seq Scan on outbox"), "\(plan)")
    }

    private static func publish(_ ids: String, ago seconds: Int, on connection: PostgresConnection) async throws {
        try await connection.query(
            Statement(
                "UPDATE noetl.outbox SET published_at = now() - interval '\(seconds) seconds' WHERE outbox_id IN (\(ids))"
            )
        )
    }
}
