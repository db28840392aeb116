import Outbox
import Postgres
import TestSupport
import Testing

@Suite(.scratchDatabase, .timeLimit(.minutes(10)))
struct OrderedClaimTests {
    @Test
    func `rows of one execution come together and in order`() async throws {
        let (connection, outbox) = try await ClaimTests.connect()
        try await OutboxSeed.insert((1...6).map { OutboxSeed(execution: $0 % 2, event: $0) }, on: connection)
        #expect(try await outbox.claim(limit: 9, lease: .seconds(60), isOrdered: true).ids == [1, 2, 3, 4, 5, 6])
    }

    @Test(arguments: ["waits", "leased"])
    func `a row that waits or is leased holds back the later ones of its execution only`(kind: String) async throws {
        let (connection, outbox) = try await ClaimTests.connect()
        let held =
            kind == "waits"
            ? OutboxSeed(execution: 7, event: 1, status: "FAILED", dueIn: 600)
            : OutboxSeed(execution: 7, event: 1, status: "IN_FLIGHT", lockedAgo: 1)
        try await OutboxSeed.insert(
            [held, OutboxSeed(execution: 7, event: 2), OutboxSeed(execution: 8, event: 3), OutboxSeed(event: 4)],
            on: connection
        )
        #expect(try await outbox.claim(limit: 9, lease: .seconds(60), isOrdered: true).ids == [3, 4])
        try await connection.query("UPDATE noetl.outbox SET status = 'PUBLISHED' WHERE outbox_id = 1")
        #expect(try await outbox.claim(limit: 9, lease: .seconds(60), isOrdered: true).ids == [2])
    }

    @Test
    func `more held-back rows than the limit do not hide the rows of other executions`() async throws {
        let (connection, outbox) = try await ClaimTests.connect()
        let held = OutboxSeed(execution: 7, event: 1, status: "FAILED", dueIn: 600)
        let behind = (2...20).map { OutboxSeed(execution: 7, event: $0) }
        try await OutboxSeed.insert([held] + behind + [OutboxSeed(execution: 8, event: 21)], on: connection)
        #expect(try await outbox.claim(limit: 3, lease: .seconds(60), isOrdered: true).ids == [21])
    }

    @Test
    func `a parked row and a published one hold nothing back`() async throws {
        let (connection, outbox) = try await ClaimTests.connect()
        try await OutboxSeed.insert(
            [
                OutboxSeed(execution: 7, event: 1, status: "FAILED", dueIn: .infinity),
                OutboxSeed(execution: 7, event: 2, status: "PUBLISHED"), OutboxSeed(execution: 7, event: 3),
            ],
            on: connection
        )
        #expect(try await outbox.claim(limit: 9, lease: .seconds(60), isOrdered: true).ids == [3])
    }

    @Test
    func `a row whose lease ran out comes back before those behind it`() async throws {
        let (connection, outbox) = try await ClaimTests.connect()
        try await OutboxSeed.insert(
            [
                OutboxSeed(execution: 7, event: 1, status: "IN_FLIGHT", lockedAgo: 100),
                OutboxSeed(execution: 7, event: 2),
            ],
            on: connection
        )
        #expect(try await outbox.claim(limit: 1, lease: .seconds(60), isOrdered: true).ids == [1])
        #expect(try await outbox.claim(limit: 9, lease: .seconds(60), isOrdered: true).ids == [])
    }

    @Test
    func `a row that another transaction has locked holds back the later ones`() async throws {
        let (connection, outbox) = try await ClaimTests.connect()
        try await OutboxSeed.insert((1...3).map { OutboxSeed(execution: 7, event: $0) }, on: connection)
        let (other, _) = try await ClaimTests.connect()
        try await other.query("BEGIN")
        try await other.query("SELECT FROM noetl.outbox WHERE outbox_id = 1 FOR UPDATE")
        #expect(try await outbox.claim(limit: 9, lease: .seconds(60), isOrdered: true).ids == [])
        await other.rollBack()
        #expect(try await outbox.claim(limit: 9, lease: .seconds(60), isOrdered: true).ids == [1, 2, 3])
    }
}
