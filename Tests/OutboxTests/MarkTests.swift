import Outbox
import Postgres
import TestSupport
import Testing

@Suite(.scratchDatabase, .timeLimit(.minutes(10)))
struct MarkTests {
    @Test
    func `only rows that really change are counted as published`() async throws {
        let (connection, outbox) = try await ClaimTests.connect()
        try await OutboxSeed.insert(
            [
                OutboxSeed(event: 1, status: "IN_FLIGHT", attempts: 3, lockedAgo: 1),
                OutboxSeed(event: 2, status: "PUBLISHED"), OutboxSeed(event: 3), OutboxSeed(event: 4),
            ],
            on: connection
        )
        try await connection.query("UPDATE noetl.outbox SET last_error = 'before'")
        #expect(try await outbox.markPublished([1, 1, 2, 3, 99, -1]) == 2)
        #expect(try await outbox.markPublished([1, 2, 3]) == 0)
        #expect(
            try await connection.outboxStates()
                == ["1 PUBLISHED 3", "2 PUBLISHED 0", "3 PUBLISHED 0", "4 PENDING 0"]
        )
        #expect(
            try await connection.texts(
                """
                SELECT concat_ws(' ', outbox_id, published_at = updated_at, last_error)
                FROM noetl.outbox ORDER BY outbox_id
                """
            ) == ["1 t", "2 before", "3 t", "4 before"]
        )
    }

    @Test
    func `ten thousand rows are marked at once, none at all too`() async throws {
        let (connection, outbox) = try await ClaimTests.connect()
        try await connection.query(
            "INSERT INTO noetl.outbox (event_id, payload) SELECT n, '{}' FROM generate_series(1, 12000) AS n"
        )
        #expect(try await outbox.markPublished([]) == 0)
        #expect(try await outbox.markPublished(Array(1...12_000)) == 12_000)
    }

    @Test
    func `a failed row waits and keeps its attempts and its lock's time`() async throws {
        let (connection, outbox) = try await ClaimTests.connect()
        let claimed = OutboxSeed(event: 1, status: "IN_FLIGHT", attempts: 3, lockedAgo: 5)
        try await OutboxSeed.insert([claimed], on: connection)
        #expect(try await outbox.markFailed(1, error: "läuft nicht", delaySeconds: 8))
        #expect(try await connection.outboxStates() == ["1 FAILED 3"])
        #expect(
            try await connection.texts(
                """
                SELECT concat_ws(' ', available_at - updated_at, locked_at < updated_at, last_error)
                FROM noetl.outbox
                """
            ) == ["00:00:08 t läuft nicht"]
        )
    }

    @Test
    func `neither an unknown row nor a published one is marked failed`() async throws {
        let (connection, outbox) = try await ClaimTests.connect()
        try await OutboxSeed.insert([OutboxSeed(event: 1, status: "PUBLISHED")], on: connection)
        #expect(try await !outbox.markFailed(1, error: "", delaySeconds: 1))
        #expect(try await !outbox.markFailed(99, error: "", delaySeconds: 1))
        #expect(try await connection.outboxStates() == ["1 PUBLISHED 0"])
    }

    @Test
    func `the service reports the back-off it used and stores what can be stored`() async throws {
        let pool = ScratchDatabase.makePool()
        let service = OutboxService(pool: pool, lease: .seconds(60), pendingCountLimit: 10)
        let connection = try await ScratchDatabase.connect()
        try await OutboxSeed.insert([OutboxSeed(event: 1, status: "IN_FLIGHT", lockedAgo: 1)], on: connection)
        let error = "\0" + String(repeating: "x", count: 3000)
        let marked = try await service.markFailed(1, error: error, attempts: 5, maximumDelaySeconds: 10)
        #expect(marked == (true, 10))
        let unknown = try await service.markFailed(2, error: error, attempts: 3, maximumDelaySeconds: 300)
        #expect(unknown == (false, 4))
        let stored = try await connection.texts("SELECT last_error FROM noetl.outbox")
        #expect(stored == ["\u{FFFD}" + String(repeating: "x", count: 1999)])
        await pool.close()
    }
}
