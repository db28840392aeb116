import Outbox
import Postgres
import TestSupport
import Testing

@Suite(.scratchDatabase, .timeLimit(.minutes(10)))
struct UnorderedClaimTests {
    @Test func `no row waits for another of its execution`() async throws {
        let (connection, outbox) = try await ClaimTests.connect()
        try await OutboxSeed.insert(
            [
                OutboxSeed(execution: 7, event: 1, status: "FAILED", dueIn: 600), OutboxSeed(execution: 7, event: 2),
                OutboxSeed(execution: 8, event: 3, status: "IN_FLIGHT", lockedAgo: 1),
                OutboxSeed(execution: 8, event: 4),
                OutboxSeed(execution: 8, event: 5, status: "FAILED", dueIn: .infinity),
                OutboxSeed(execution: 9, event: 6, status: "PUBLISHED"),
            ],
            on: connection
        )
        #expect(try await outbox.lock().rows.isEmpty)
        await connection.rollBack()
        #expect(try await outbox.lockUnordered(limit: 10, timeout: .seconds(600)).ids == [2, 4])
    }

    @Test func `workers at once share one execution's rows, each row once`() async throws {
        let (connection, outbox) = try await ClaimTests.connect()
        try await OutboxSeed.insert((1...10).map { OutboxSeed(execution: 7, event: $0) }, on: connection)
        let (_, otherOutbox) = try await ClaimTests.connect()
        #expect(try await outbox.lockUnordered(limit: 4, timeout: .seconds(600)).ids == [1, 2, 3, 4])
        #expect(try await otherOutbox.lockUnordered(limit: 4, timeout: .seconds(600)).ids == [5, 6, 7, 8])
    }
}
