import InternalContract
import Synchronization
import TestSupport
import Testing

@testable import InternalAPI

@Suite(.scratchDatabase, .timeLimit(.minutes(10)))
struct DrainTests {
    /// How often each row was claimed, by its key.
    private final class Claims: Sendable {
        private let counts = Mutex<[Int64: Int]>([:])

        var all: [Int64: Int] { self.counts.withLock { $0 } }

        func add(_ rows: [ClaimedRow]) {
            self.counts.withLock { counts in
                for row in rows { counts[row.outboxID, default: 0] += 1 }
            }
        }
    }

    @Test func `six clients drain 300 rows of which every seventh fails once`() async throws {
        try await API.with { api in
            try await api.database.addRows(1...300)
            let claims = Claims()
            try await withThrowingDiscardingTaskGroup { group in
                for _ in 0..<6 { group.addTask { try await Self.drain(api, claims) } }
            }
            let expected = (1...300).map { (Int64($0), $0 % 7 == 0 ? 2 : 1) }
            #expect(claims.all == Dictionary(uniqueKeysWithValues: expected))
            let rows = try await api.database.column(
                "SELECT DISTINCT concat_ws(' ', status, attempts, outbox_id % 7 = 0, last_error) FROM noetl.outbox ORDER BY 1"
            )
            #expect(rows == ["PUBLISHED 1 f", "PUBLISHED 2 t"])
            #expect(try await api.pendingCount().text == #"{"pending":0}"#)
        }
    }

    /// Claims and marks until every row is published, as a playbook does.
    private static func drain(_ api: API, _ claims: Claims) async throws {
        let client = api.makeClient()
        while try await api.database.cell("SELECT count(*) FROM noetl.outbox WHERE status <> 'PUBLISHED'") != "0" {
            let claimed = try await client.claim(limit: 10).rows
            claims.add(claimed)
            let failing = claimed.filter { $0.outboxID % 7 == 0 && $0.attempts == 1 }
            for row in failing {
                let answer = try await client.markFailed(row.outboxID, error: "once", attempts: row.attempts)
                #expect(answer == MarkFailedAnswer(isMarked: true, delaySeconds: 1))
            }
            let published = claimed.map(\.outboxID).filter { id in !failing.contains { $0.outboxID == id } }
            if !published.isEmpty { #expect(try await client.markPublished(published) == published.count) }
        }
    }
}
