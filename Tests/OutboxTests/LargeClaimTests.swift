import Outbox
import Postgres
import TestSupport
import Testing

/// A claim of rows with more payload than one answer holds.
@Suite(.scratchDatabase, .timeLimit(.minutes(10)))
struct LargeClaimTests {
    @Test(arguments: [false, true])
    func `a claim ends before its payloads are too much, and the next one goes on from there`(
        isOrdered: Bool
    ) async throws {
        let (connection, outbox) = try await ClaimTests.connect()
        try await Self.insert(Array(repeating: 1_000_000, count: 40), on: connection)
        // 16 MiB hold 16 of them.
        for expected in [Array(1...16), Array(17...32), Array(33...40), []] as [[Int64]] {
            let claimed = try await outbox.claim(limit: 100, lease: .seconds(3600), isOrdered: isOrdered)
            #expect(claimed.ids == expected)
            #expect(claimed.payloads.allSatisfy { $0.utf8.count == 1_000_002 })
        }
        #expect(try await connection.outboxStates() == (1...40).map { "\($0) IN_FLIGHT 1" })
    }

    @Test(arguments: [false, true])
    func `a row that is too much by itself is claimed alone`(isOrdered: Bool) async throws {
        let (connection, outbox) = try await ClaimTests.connect()
        try await Self.insert([10, 17 << 20, 10, 10], on: connection)
        for expected in [[1], [2], [3, 4]] as [[Int64]] {
            let claimed = try await outbox.claim(limit: 100, lease: .seconds(3600), isOrdered: isOrdered)
            #expect(claimed.ids == expected)
        }
    }

    @Test func `rows whose lease has run out count as well, and come in their place`() async throws {
        let (connection, outbox) = try await ClaimTests.connect()
        try await Self.insert(Array(repeating: 6 << 20, count: 5), on: connection)
        try await connection.query(
            """
            UPDATE noetl.outbox
            SET status = 'IN_FLIGHT', locked_at = now() - interval '1 hour'
            WHERE outbox_id IN (2, 5)
            """
        )
        for expected in [[1, 2], [3, 4], [5]] as [[Int64]] {
            #expect(try await outbox.claim(limit: 100, lease: .seconds(3600), isOrdered: false).ids == expected)
        }
    }

    @Test func `numbers count by their digits`() async throws {
        let (connection, outbox) = try await ClaimTests.connect()
        // 13 MB in 1 KB or so.
        let numbers = "[" + Array(repeating: "1e131000", count: 100).joined(separator: ",") + "]"
        try await OutboxSeed.insert((1...3).map { OutboxSeed(event: $0, payload: numbers) }, on: connection)
        for expected in [[1], [2], [3]] as [[Int64]] {
            #expect(try await outbox.claim(limit: 100, lease: .seconds(3600), isOrdered: false).ids == expected)
        }
    }

    @Test func `no more is printed than fits, into no file either`() async throws {
        let (connection, outbox) = try await ClaimTests.connect()
        try await Self.insert(Array(repeating: 6 << 20, count: 30), on: connection)
        let temporary: Statement = "SELECT temp_bytes FROM pg_stat_database WHERE datname = current_database()"
        func written() async throws -> Int64 {
            try await connection.query("SELECT pg_stat_force_next_flush()")
            return try await connection.query(temporary).requiredInteger(row: 0, column: 0)
        }
        let before = try await written()
        #expect(try await outbox.claim(limit: 100, lease: .seconds(3600), isOrdered: false).ids == [1, 2])
        #expect(try await written() == before)
    }

    /// Inserts a row for each number of letters, which take little room in the table.
    private static func insert(_ lengths: [Int64], on connection: PostgresConnection) async throws {
        try await connection.query(
            """
            INSERT INTO noetl.outbox (execution_id, event_id, payload, available_at)
            SELECT place, place, to_jsonb(repeat('x', length::integer)), now() - interval '1 minute'
            FROM unnest($1::bigint[]) WITH ORDINALITY AS rows (length, place)
            ORDER BY place
            """,
            [.array(PostgresArray(lengths))]
        )
    }
}
