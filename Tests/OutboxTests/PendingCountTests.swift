import Outbox
import Postgres
import TestSupport
import Testing

@Suite(.scratchDatabase, .timeLimit(.minutes(10)))
struct PendingCountTests {
    @Test
    func `due rows and expired leases count, nothing else does`() async throws {
        let (connection, outbox) = try await ClaimTests.connect()
        #expect(try await outbox.pendingCount(lease: .seconds(60), limit: 100) == 0)
        try await OutboxSeed.insert(
            [
                OutboxSeed(event: 1), OutboxSeed(event: 2, status: "FAILED"),
                OutboxSeed(event: 3, status: "IN_FLIGHT", lockedAgo: 61),
                OutboxSeed(event: 4, status: "IN_FLIGHT", lockedAgo: 30),
                OutboxSeed(event: 5, status: "PUBLISHED"), OutboxSeed(event: 6, dueIn: 600),
                OutboxSeed(event: 7, status: "FAILED", dueIn: 600),
                OutboxSeed(event: 8, status: "FAILED", dueIn: .infinity),
            ],
            on: connection
        )
        #expect(try await outbox.pendingCount(lease: .seconds(60), limit: 100) == 3)
        #expect(try await outbox.pendingCount(lease: .seconds(10), limit: 100) == 4)
    }

    @Test(arguments: [(1, 1), (9, 9), (10, 10), (11, 10), (1_000_000, 10)] as [(Int64, Int64)])
    func `the count is exact up to the limit and stops there`(limit: Int64, expected: Int64) async throws {
        let (connection, outbox) = try await ClaimTests.connect()
        try await OutboxSeed.insert(
            (1...5).map { OutboxSeed(event: $0) }
                + (6...10).map { OutboxSeed(event: $0, status: "IN_FLIGHT", lockedAgo: 100) },
            on: connection
        )
        #expect(try await outbox.pendingCount(lease: .seconds(60), limit: limit) == expected)
    }

    @Test
    func `the service counts and claims with its lease and its limit`() async throws {
        let pool = ScratchDatabase.makePool()
        let service = OutboxService(pool: pool, lease: .seconds(6000), pendingCountLimit: 3)
        let connection = try await ScratchDatabase.connect()
        try await OutboxSeed.insert(
            (1...5).map { OutboxSeed(event: $0, status: "IN_FLIGHT", lockedAgo: Double($0) * 2000) },
            on: connection
        )
        #expect(try await service.pendingRows().count == 3)
        #expect(try await service.claim(limit: 9, isOrdered: false).ids == [3, 4, 5])
        #expect(try await service.pendingRows().count == 0)
        #expect(try await service.markPublished([1, 2, 3, 4, 5]) == 5)
        await pool.close()
    }

    @Test
    func `the oldest age is since a row has been due, or its lease over`() async throws {
        let (connection, outbox) = try await ClaimTests.connect()
        #expect(try await outbox.pendingRows(lease: .seconds(60), limit: 100).oldestAge == nil)
        try await OutboxSeed.insert(
            [
                OutboxSeed(event: 1, dueIn: 600), OutboxSeed(event: 2, status: "IN_FLIGHT", dueIn: -9000, lockedAgo: 1),
                OutboxSeed(event: 3, status: "FAILED", dueIn: .infinity),
                OutboxSeed(event: 4, status: "IN_FLIGHT", dueIn: -9000, lockedAgo: 3060),
            ],
            on: connection
        )
        let expired = try #require(try await outbox.pendingRows(lease: .seconds(60), limit: 100).oldestAge)
        #expect(expired >= .seconds(3000) && expired < .seconds(4000))
        try await OutboxSeed.insert([OutboxSeed(event: 5, dueIn: -5000)], on: connection)
        let due = try #require(try await outbox.pendingRows(lease: .seconds(60), limit: 100).oldestAge)
        #expect(due >= .seconds(5000) && due < .seconds(6000))
    }
}
