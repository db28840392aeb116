import Postgres
import TestSupport
import Waiting

@testable import Outbox

extension PostgresConnection {
    /// The state of all rows: `1 PENDING 0`, in order, with the number of attempts.
    nonisolated func outboxStates() async throws -> [String] {
        try await self.texts(
            "SELECT concat_ws(' ', outbox_id, status, attempts) FROM noetl.outbox ORDER BY outbox_id"
        )
    }

    /// Commits rows that are published, so that a plan has something to pass over, and tells the planner.
    nonisolated func addPublishedRows(_ count: Int) async throws {
        try await self.query(
            """
            INSERT INTO noetl.outbox (execution_id, event_id, payload, status, published_at)
            SELECT n / 20 << 23, n, '{"event_id": 1}', 'PUBLISHED', now()
            FROM generate_series(1, $1) AS n
            """,
            [.integer(Int64(count))],
            deadline: .after(.seconds(120))
        )
        try await self.query("ANALYZE noetl.outbox", deadline: .after(.seconds(120)))
    }
}

extension LeasedRows {
    var ids: [Int64] { self.rows.map(\.outboxID) }

    /// The payloads as texts.
    var payloads: [String] {
        self.rows.indices.map { self.withPayload($0) { String(decoding: $0, as: UTF8.self) } }
    }
}

extension LockedBatch {
    var ids: [Int64] { self.rows.map(\.outboxID) }

    /// The rows' keys by execution, each in the order of the batch.
    var idsByExecution: [Int64?: [Int64]] {
        Dictionary(grouping: self.rows, by: \.executionID).mapValues { $0.map(\.outboxID) }
    }
}

extension OutboxRepository {
    /// Locks rows as a publisher does.
    func lock(limit: Int64 = 1000, lanes: Int64 = 16, firstLane: Int = 0) async throws -> LockedBatch {
        try await self.lock(limit: limit, lanes: lanes, firstLane: firstLane, timeout: .seconds(600))
    }
}

extension OutboxRepository {
    /// How many rows are pending.
    func pendingCount(lease: Duration, limit: Int64) async throws -> Int64 {
        try await self.pendingRows(lease: lease, limit: limit).count
    }
}
