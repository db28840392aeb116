import Outbox
import Postgres
import TestSupport
import Testing

@Suite(.scratchDatabase, .timeLimit(.minutes(10)))
struct StatusTests {
    @Test func `every row is counted once, by its state`() async throws {
        let (connection, outbox) = try await ClaimTests.connect()
        try await OutboxSeed.insert(
            [
                OutboxSeed(event: 1), OutboxSeed(event: 2, status: "FAILED"), OutboxSeed(event: 3, dueIn: 600),
                OutboxSeed(event: 4, status: "FAILED", dueIn: 600), OutboxSeed(event: 5, status: "FAILED", dueIn: 600),
                OutboxSeed(event: 6, status: "IN_FLIGHT", lockedAgo: 20), OutboxSeed(event: 7, status: "IN_FLIGHT"),
                OutboxSeed(event: 8, status: "IN_FLIGHT", lockedAgo: 90),
                OutboxSeed(event: 9, status: "FAILED", dueIn: .infinity), OutboxSeed(event: 10, status: "PUBLISHED"),
                OutboxSeed(event: 11, status: "PUBLISHED"),
            ],
            on: connection
        )
        try await connection.query(
            "UPDATE noetl.outbox SET created_at = now() - interval '2 hours' WHERE outbox_id = 6"
        )
        let status = try await outbox.status(lease: .seconds(60))
        #expect(status.due == 2)
        #expect(status.waiting == 3)
        #expect(status.leased == 2)
        #expect(status.expired == 1)
        #expect(status.parked == 1)
        #expect(status.published == 2)
        #expect(!status.isPublishedEstimated)
        #expect((7200..<7300).contains(status.oldestAge ?? 0))
        #expect((20..<120).contains(status.oldestLeaseAge ?? 0))
    }

    @Test func `published rows of a large table are estimated from a part of all of it`() async throws {
        let (connection, outbox) = try await ClaimTests.connect()
        try await OutboxSeed.insert((1...2000).map { OutboxSeed(event: -$0) }, on: connection)
        try await connection.addPublishedRows(20_000)
        let whole = try await outbox.status(lease: .seconds(60))
        #expect(whole.published == 20_000)
        #expect(!whole.isPublishedEstimated)
        let size = try await connection.integer("SELECT pg_relation_size('noetl.outbox')")
        let part = try await outbox.status(lease: .seconds(60), readingAtMost: size / 2)
        #expect(part.isPublishedEstimated)
        #expect((10_000..<30_000).contains(part.published))
        #expect(part.due == 2000)
    }

    @Test func `an empty table has no ages`() async throws {
        let (_, outbox) = try await ClaimTests.connect()
        let status = try await outbox.status(lease: .seconds(60))
        #expect(status.due == 0 && status.published == 0 && status.parkedRows.isEmpty)
        #expect(status.oldestAge == nil && status.oldestLeaseAge == nil)
    }

    @Test func `parked rows are grouped by their reason, the most frequent first`() async throws {
        let (connection, outbox) = try await ClaimTests.connect()
        try await OutboxSeed.insert(
            (1...6).map { OutboxSeed(event: $0, status: "FAILED", dueIn: .infinity) },
            on: connection
        )
        try await connection.query(
            "UPDATE noetl.outbox SET last_error = CASE WHEN outbox_id IN (2, 3, 5) THEN 'too large' WHEN outbox_id = 6 THEN 'x' END"
        )
        let parked = try await outbox.status(lease: .seconds(60)).parkedRows
        #expect(parked.map(\.reason) == ["too large", "", "x"])
        #expect(parked.map(\.count) == [3, 2, 1])
        #expect(parked.map(\.firstID) == [2, 1, 6])
    }

    @Test func `parked rows go again by key, by execution or all, and others are left`() async throws {
        let (connection, outbox) = try await ClaimTests.connect()
        try await OutboxSeed.insert(
            (1...6).map { OutboxSeed(execution: $0 % 2, event: $0, status: "FAILED", attempts: 20, dueIn: .infinity) }
                + [OutboxSeed(execution: 1, event: 7, status: "FAILED", attempts: 3, dueIn: 600)],
            on: connection
        )
        #expect(try await outbox.retryParked(.rows([2, 7, 99])) == 1)
        #expect(try await outbox.retryParked(.execution(1)) == 3)
        #expect(try await outbox.retryParked(.execution(5)) == 0)
        #expect(try await outbox.retryParked(.all) == 2)
        #expect(try await outbox.retryParked(.all) == 0)
        #expect(try await connection.outboxStates() == (1...6).map { "\($0) FAILED 0" } + ["7 FAILED 3"])
        // Row 7 waits, and nothing is behind it.
        #expect(try await outbox.lock().ids.sorted() == [1, 2, 3, 4, 5, 6])
    }

    @Test func `more parked rows than go in one statement all go again`() async throws {
        let (connection, outbox) = try await ClaimTests.connect()
        try await connection.query(
            """
            INSERT INTO noetl.outbox (event_id, payload, status, available_at)
            SELECT g, '{}', 'FAILED', 'infinity' FROM generate_series(1, 12000) AS g
            """
        )
        #expect(try await outbox.retryParked(.all) == 12_000)
    }
}
