import Outbox
import Postgres
import TestSupport
import Testing

@Suite(.scratchDatabase, .timeLimit(.minutes(10)))
struct SettleTests {
    @Test
    func `settling writes what became of each row and commits`() async throws {
        let (connection, outbox) = try await ClaimTests.connect()
        try await OutboxSeed.insert((1...5).map { OutboxSeed(execution: 7, event: $0, attempts: 1) }, on: connection)
        try await connection.query("UPDATE noetl.outbox SET last_error = 'before'")
        let batch = try await outbox.lock()
        #expect(batch.ids == [1, 2, 3, 4, 5])
        let settlement = Settlement(
            of: batch.rows,
            [
                .published, .refused(reason: "later", isPermanent: false),
                .refused(reason: "ne\0ver", isPermanent: true),
                .undecided, .published,
            ],
            maximumAttempts: 20
        )
        try await outbox.settle(settlement)
        #expect(!connection.isInTransaction)
        let states = try await connection.texts(
            """
            SELECT concat_ws(' ', outbox_id, status, attempts,
                CASE
                    WHEN available_at = 'infinity' THEN 'parked'
                    WHEN status = 'FAILED' AND available_at > updated_at THEN 'later'
                    WHEN available_at <= now() THEN 'due'
                END,
                last_error, published_at IS NOT NULL)
            FROM noetl.outbox ORDER BY outbox_id
            """
        )
        #expect(states[0] == "1 PUBLISHED 2 due t")
        #expect(states[2] == "3 FAILED 2 parked ne\u{FFFD}ver f")
        #expect(states[3] == "4 PENDING 1 due before f")
        #expect(states[4] == "5 PUBLISHED 2 due t")
        #expect(states[1].hasPrefix("2 FAILED 2 ") && states[1].hasSuffix(" later f"))
    }

    @Test
    func `the delay of a failed row lies within its back-off`() async throws {
        let (connection, outbox) = try await ClaimTests.connect()
        try await OutboxSeed.insert([OutboxSeed(event: 1, attempts: 7)], on: connection)
        let batch = try await outbox.lock()
        let refused = [Delivery.refused(reason: "no", isPermanent: false)]
        try await outbox.settle(Settlement(of: batch.rows, refused, maximumAttempts: 20))
        let isWithin = try await connection.texts(
            """
            SELECT available_at BETWEEN updated_at + interval '64 seconds' AND clock_timestamp() + interval '128 seconds'
            FROM noetl.outbox
            """
        )
        #expect(isWithin == ["t"])
    }

    @Test
    func `settling nothing lets the rows go`() async throws {
        let (connection, outbox) = try await ClaimTests.connect()
        try await OutboxSeed.insert((1...3).map { OutboxSeed(event: $0) }, on: connection)
        let batch = try await outbox.lock()
        let undecided = Array(repeating: Delivery.undecided, count: batch.rows.count)
        try await outbox.settle(Settlement(of: batch.rows, undecided, maximumAttempts: 20))
        let (_, otherOutbox) = try await ClaimTests.connect()
        #expect(try await otherOutbox.lock().rows.count == 3)
        #expect(try await connection.outboxStates() == ["1 PENDING 0", "2 PENDING 0", "3 PENDING 0"])
    }

    @Test
    func `rows whose lease ran out are put back, up to the limit, others are left`() async throws {
        let (connection, outbox) = try await ClaimTests.connect()
        try await OutboxSeed.insert(
            (1...4).map { OutboxSeed(event: $0, status: "IN_FLIGHT", attempts: 2, lockedAgo: 100) }
                + [OutboxSeed(event: 5, status: "IN_FLIGHT", lockedAgo: 1)],
            on: connection
        )
        #expect(try await outbox.lock().rows.isEmpty)
        await connection.rollBack()
        #expect(try await outbox.reclaimExpired(lease: .seconds(60), limit: 3) == 3)
        #expect(try await outbox.reclaimExpired(lease: .seconds(60), limit: 3) == 1)
        #expect(try await outbox.reclaimExpired(lease: .seconds(60), limit: 3) == 0)
        #expect(try await outbox.lock().ids.sorted() == [1, 2, 3, 4])
        await connection.rollBack()
        #expect(
            try await connection.outboxStates()
                == ["1 PENDING 2", "2 PENDING 2", "3 PENDING 2", "4 PENDING 2", "5 IN_FLIGHT 0"]
        )
    }
}
