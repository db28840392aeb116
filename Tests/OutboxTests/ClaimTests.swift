import Outbox
import Postgres
import TestSupport
import Testing
import Waiting

@Suite(.scratchDatabase, .timeLimit(.minutes(10)))
struct ClaimTests {
    @Test
    func `due rows are claimed, the lowest first, up to the limit`() async throws {
        let (connection, outbox) = try await Self.connect()
        try await OutboxSeed.insert(
            [
                OutboxSeed(event: 1, status: "PUBLISHED"), OutboxSeed(event: 2), OutboxSeed(event: 3, dueIn: 600),
                OutboxSeed(event: 4, status: "FAILED", attempts: 6),
                OutboxSeed(event: 5, status: "IN_FLIGHT", lockedAgo: 1),
                OutboxSeed(event: 6, status: "FAILED", dueIn: .infinity), OutboxSeed(event: 7), OutboxSeed(event: 8),
            ],
            on: connection
        )
        let claimed = try await outbox.claim(limit: 3, lease: .seconds(60), isOrdered: false)
        #expect(claimed.ids == [2, 4, 7])
        #expect(claimed.rows.map(\.attempts) == [1, 7, 1])
        #expect(
            try await connection.outboxStates() == [
                "1 PUBLISHED 0", "2 IN_FLIGHT 1", "3 PENDING 0", "4 IN_FLIGHT 7", "5 IN_FLIGHT 0", "6 FAILED 0",
                "7 IN_FLIGHT 1", "8 PENDING 0",
            ]
        )
        let again = try await outbox.claim(limit: 100, lease: .seconds(60), isOrdered: false)
        #expect(again.ids == [8])
        #expect(try await outbox.claim(limit: 100, lease: .seconds(60), isOrdered: false).rows.isEmpty)
    }

    @Test
    func `a claimed row has everything a caller gets, the payload as the database prints it`() async throws {
        let (connection, outbox) = try await Self.connect()
        try await OutboxSeed.insert(
            [
                OutboxSeed(execution: .max, event: .min, subject: "a.b", payload: #"{"n": 1.10, "big": 1e400}"#),
                OutboxSeed(event: 3, payload: "[null, 12345678901234567890123456789.01]"),
                OutboxSeed(event: 4, payload: #""ü\u0001""#),
            ],
            on: connection
        )
        let claimed = try await outbox.claim(limit: 10, lease: .seconds(60), isOrdered: false)
        #expect(claimed.rows.map(\.executionID) == [.max, nil, nil])
        #expect(claimed.rows.map(\.eventID) == [.min, 3, 4])
        #expect(claimed.rows.map(\.subject) == ["a.b", nil, nil])
        #expect(claimed.payloadCodec(0) == "arrow-feather")
        #expect(claimed.payloads == (try await connection.texts("SELECT payload FROM noetl.outbox ORDER BY outbox_id")))
        #expect(claimed.payloads[0].contains(#""n": 1.10,"#))
    }

    @Test
    func `a claim stamps the row and keeps its last error`() async throws {
        let (connection, outbox) = try await Self.connect()
        try await OutboxSeed.insert([OutboxSeed(event: 1, status: "FAILED", attempts: 1)], on: connection)
        try await connection.query("UPDATE noetl.outbox SET last_error = 'before'")
        _ = try await outbox.claim(limit: 1, lease: .seconds(60), isOrdered: false)
        let stamps = try await connection.texts(
            "SELECT concat_ws(' ', locked_at = updated_at, locked_at > created_at, last_error) FROM noetl.outbox"
        )
        #expect(stamps == ["t t before"])
    }

    @Test
    func `attempts stop counting instead of overflowing`() async throws {
        let (connection, outbox) = try await Self.connect()
        try await OutboxSeed.insert([OutboxSeed(event: 1, attempts: 2_147_483_647)], on: connection)
        let claimed = try await outbox.claim(limit: 1, lease: .seconds(60), isOrdered: false)
        #expect(claimed.rows.map(\.attempts) == [2_147_483_647])
    }

    @Test
    func `a row whose lease has run out is claimed again, one whose lease runs is not`() async throws {
        let (connection, outbox) = try await Self.connect()
        try await OutboxSeed.insert(
            [
                OutboxSeed(event: 1), OutboxSeed(event: 2, status: "IN_FLIGHT", attempts: 1, lockedAgo: 3601),
                OutboxSeed(event: 3, status: "IN_FLIGHT", attempts: 1, lockedAgo: 3000), OutboxSeed(event: 4),
            ],
            on: connection
        )
        #expect(try await outbox.claim(limit: 2, lease: .seconds(3600), isOrdered: false).ids == [1, 2])
        #expect(try await outbox.claim(limit: 9, lease: .seconds(3600), isOrdered: false).ids == [4])
        try await connection.query("UPDATE noetl.outbox SET locked_at = locked_at - interval '2 hours'")
        let again = try await outbox.claim(limit: 9, lease: .seconds(3600), isOrdered: false)
        #expect(again.ids == [1, 2, 3, 4])
        #expect(again.rows.map(\.attempts) == [2, 3, 2, 2])
    }

    @Test
    func `two claims at once share no row and do not wait for each other`() async throws {
        let (connection, outbox) = try await Self.connect()
        try await OutboxSeed.insert((1...6).map { OutboxSeed(event: $0) }, on: connection)
        let (other, otherOutbox) = try await Self.connect()
        // The first claim stays uncommitted while the second is made: if that waited, it would wait for itself.
        try await connection.query("BEGIN")
        #expect(try await outbox.claim(limit: 3, lease: .seconds(60), isOrdered: false).ids == [1, 2, 3])
        #expect(try await otherOutbox.claim(limit: 9, lease: .seconds(60), isOrdered: false).ids == [4, 5, 6])
        #expect(try await otherOutbox.claim(limit: 9, lease: .seconds(60), isOrdered: true).ids == [])
        try await connection.query("COMMIT")
        #expect(!other.isClosed)
    }

    @Test
    func `claims in parallel claim every row once`() async throws {
        let (connection, _) = try await Self.connect()
        try await OutboxSeed.insert((1...300).map { OutboxSeed(execution: $0 % 7, event: $0) }, on: connection)
        let claimed = try await withThrowingTaskGroup(of: [Int64].self) { group in
            for _ in 0..<4 {
                group.addTask {
                    let (_, outbox) = try await Self.connect()
                    var ids: [Int64] = []
                    while case let claimed = try await outbox.claim(limit: 20, lease: .seconds(3600), isOrdered: false),
                        !claimed.rows.isEmpty
                    {
                        ids += claimed.ids
                    }
                    return ids
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        #expect(claimed.count == 300)
        #expect(Set(claimed) == Set(1...300))
    }

    static func connect() async throws -> (PostgresConnection, OutboxRepository) {
        let connection = try await ScratchDatabase.connect()
        return (connection, OutboxRepository(connection))
    }
}
