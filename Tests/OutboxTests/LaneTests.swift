import Outbox
import Postgres
import TestSupport
import Testing

@Suite(.scratchDatabase, .timeLimit(.minutes(10)))
struct LaneTests {
    @Test
    func `publishers at once work on different executions, each in order`() async throws {
        let (connection, outbox) = try await ClaimTests.connect()
        try await OutboxSeed.insert(Self.rows(executions: 40, each: 5), on: connection)
        let (other, otherOutbox) = try await ClaimTests.connect()
        let first = try await outbox.lock(lanes: 8)
        let second = try await otherOutbox.lock(lanes: 16, firstLane: 3)
        #expect(first.rows.count + second.rows.count == 200)
        #expect(Set(first.rows.map(\.executionID)).isDisjoint(with: second.rows.map(\.executionID)))
        for batch in [first, second] {
            #expect(!batch.rows.isEmpty)
            for ids in batch.idsByExecution.values { #expect(ids == ids.sorted()) }
        }
        let (_, third) = try await ClaimTests.connect()
        #expect(try await third.lock().rows.isEmpty)
        await connection.rollBack()
        await other.rollBack()
    }

    @Test
    func `a lane whose rows are all held back is not taken in place of one with work`() async throws {
        let (connection, outbox) = try await ClaimTests.connect()
        let held = (0..<8).flatMap { lane in
            [
                OutboxSeed(execution: lane << 23, event: 1, status: "FAILED", attempts: 1, dueIn: 1000),
                OutboxSeed(execution: lane << 23, event: 2),
            ]
        }
        let free = OutboxSeed(execution: 8 << 23, event: 1)
        let ids = try await OutboxSeed.insert(held + [free], on: connection)
        let batch = try await outbox.lock(lanes: 8)
        #expect(batch.ids == ids.suffix(1))
        await connection.rollBack()
    }

    @Test
    func `a limit takes the first rows of each execution, never a later one before an earlier one`() async throws {
        let (connection, outbox) = try await ClaimTests.connect()
        try await OutboxSeed.insert(Self.rows(executions: 10, each: 20), on: connection)
        let batch = try await outbox.lock(limit: 50, lanes: 16)
        #expect(batch.rows.count >= 50)
        #expect(batch.rows.count <= 50 + 16)
        for (execution, ids) in batch.idsByExecution {
            let first = try await connection.texts(
                "SELECT outbox_id FROM noetl.outbox WHERE execution_id = $1 ORDER BY outbox_id LIMIT $2",
                [.integer(execution), .integer(Int64(ids.count))]
            )
            #expect(ids.map(String.init) == first)
        }
    }

    @Test
    func `a locked row has everything a publisher needs`() async throws {
        let (connection, outbox) = try await ClaimTests.connect()
        let payload = """
            {"event_type": "step.enter", "tenant_id": "t", "organization_id": 7, "meta": {"traceparent": "00-1"}, "n": 1.10}
            """
        try await OutboxSeed.insert(
            [OutboxSeed(execution: 5, event: 6, subject: "s", payload: payload, attempts: 2)],
            on: connection
        )
        let batch = try await outbox.lock()
        let row = try #require(batch.rows.first)
        #expect(row.outboxID == 1 && row.eventID == 6 && row.executionID == 5 && row.subject == "s")
        #expect(row.attempts == 3)
        #expect(batch.tenant(0) == "t")
        #expect(batch.organization(0) == "7")
        #expect(batch.eventType(0) == "step.enter")
        #expect(batch.traceparent(0) == "00-1")
        #expect(batch.age(0) >= 3600)
        let stored = try await connection.texts("SELECT payload FROM noetl.outbox")
        #expect(batch.withPayload(0) { String(decoding: $0, as: UTF8.self) } == stored[0])
    }

    @Test(arguments: ["[1]", "3", #""text""#, #"{"meta": 5, "event_type": null}"#, "{}"])
    func `a payload that is no envelope is locked all the same`(payload: String) async throws {
        let (connection, outbox) = try await ClaimTests.connect()
        try await OutboxSeed.insert([OutboxSeed(event: 1, payload: payload)], on: connection)
        let batch = try await outbox.lock()
        #expect(batch.ids == [1])
        #expect(batch.tenant(0) == nil)
        #expect(batch.eventType(0) == nil)
        #expect(batch.traceparent(0) == nil)
    }

    @Test
    func `rows behind one of their execution that waits or is leased stay, others go`() async throws {
        let (connection, outbox) = try await ClaimTests.connect()
        try await OutboxSeed.insert(
            [
                OutboxSeed(execution: 1 << 23, event: 1, status: "FAILED", dueIn: 600),
                OutboxSeed(execution: 1 << 23, event: 2),
                OutboxSeed(execution: 2 << 23, event: 3),
                OutboxSeed(execution: 2 << 23, event: 4, status: "IN_FLIGHT", lockedAgo: 1),
                OutboxSeed(execution: 2 << 23, event: 5),
                OutboxSeed(event: 6, status: "FAILED", dueIn: 600), OutboxSeed(event: 7),
            ],
            on: connection
        )
        #expect(try await outbox.lock().ids.sorted() == [3, 7])
    }

    @Test
    func `a parked row holds nothing back, nor does a published one`() async throws {
        let (connection, outbox) = try await ClaimTests.connect()
        try await OutboxSeed.insert(
            [
                OutboxSeed(execution: 7, event: 1, status: "FAILED", dueIn: .infinity),
                OutboxSeed(execution: 7, event: 2, status: "PUBLISHED"), OutboxSeed(execution: 7, event: 3),
            ],
            on: connection
        )
        #expect(try await outbox.lock().ids == [3])
    }

    @Test
    func `what a holder that dies had locked is free again`() async throws {
        let (connection, outbox) = try await ClaimTests.connect()
        try await OutboxSeed.insert(Self.rows(executions: 4, each: 3), on: connection)
        let (observer, otherOutbox) = try await ClaimTests.connect()
        let process = try await connection.serverProcess()
        #expect(try await outbox.lock().rows.count == 12)
        #expect(try await otherOutbox.lock().rows.isEmpty)
        await observer.rollBack()
        try await observer.terminate(process)
        #expect(try await otherOutbox.lock().rows.count == 12)
        #expect(try await observer.texts("SELECT DISTINCT status FROM noetl.outbox") == ["PENDING"])
    }

    @Test
    func `a holder that says nothing is thrown out by the server`() async throws {
        let (connection, outbox) = try await ClaimTests.connect()
        try await OutboxSeed.insert([OutboxSeed(event: 1)], on: connection)
        _ = try await outbox.lock(limit: 1, lanes: 1, firstLane: 0, timeout: .milliseconds(50))
        let (observer, otherOutbox) = try await ClaimTests.connect()
        try await eventually {
            let ids = try await otherOutbox.lock().ids
            await observer.rollBack()
            return ids == [1]
        }
    }

    @Test
    func `whoever takes a lane sees what its last holder wrote`() async throws {
        let (connection, outbox) = try await ClaimTests.connect()
        try await OutboxSeed.insert(Self.rows(executions: 3, each: 50), on: connection)
        let published = try await withThrowingTaskGroup(of: [Int64].self) { group in
            for worker in 0..<4 {
                group.addTask {
                    let (_, outbox) = try await ClaimTests.connect()
                    var published: [Int64] = []
                    var idle = 0
                    while idle < 200 {
                        let batch = try await outbox.lock(limit: 7, lanes: 2, firstLane: worker)
                        idle = batch.rows.isEmpty ? idle + 1 : 0
                        published += batch.ids
                        let deliveries = Array(repeating: Delivery.published, count: batch.rows.count)
                        try await outbox.settle(Settlement(of: batch.rows, deliveries, maximumAttempts: 20))
                    }
                    return published
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        // Each row once: one that was published a second time was claimed from a stale look at the table.
        #expect(published.count == 150)
        #expect(Set(published).count == 150)
        #expect(try await outbox.lock().rows.isEmpty)
        await connection.rollBack()
    }

    @Test
    func `there is work while rows are due or leases have run out`() async throws {
        let (connection, outbox) = try await ClaimTests.connect()
        #expect(try await outbox.hasWork(lease: .seconds(60)) == (false, false))
        try await OutboxSeed.insert(
            [
                OutboxSeed(event: 1, status: "IN_FLIGHT", lockedAgo: 61), OutboxSeed(event: 2, dueIn: 600),
                OutboxSeed(event: 3, status: "FAILED", dueIn: .infinity),
            ],
            on: connection
        )
        #expect(try await outbox.hasWork(lease: .seconds(60)) == (false, true))
        try await OutboxSeed.insert([OutboxSeed(event: 4)], on: connection)
        #expect(try await outbox.hasWork(lease: .seconds(600)) == (true, false))
    }

    /// Rows of several executions, interleaved.
    private static func rows(executions: Int64, each: Int64) -> [OutboxSeed] {
        (0..<each).flatMap { round in
            (0..<executions).map { OutboxSeed(execution: ($0 + 1) << 23, event: round) }
        }
    }
}
