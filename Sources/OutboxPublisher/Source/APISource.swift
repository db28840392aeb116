import InternalContract
import Outbox

/// Rows on leases of `/api/internal`: no connection to the database.
///
/// The promises are the same, with three differences. A claim counts as an attempt even where nothing came of it. What is
/// undecided comes back with the end of its lease, since the contract has no way to hand rows back. And it has none to park
/// a row: one that can never go waits for as long as the contract lets it, again and again, with its reason.
struct APISource: RowSource {
    /// The most rows of one claim of the contract.
    private static let maximumRows = 1000

    let client: InternalAPIClient
    let settings: PublisherSettings

    func claim(turn: Int) async throws -> ClaimedBatch {
        let limit = min(Self.maximumRows, self.settings.batchSize)
        return ClaimedBatch(try await self.client.claim(limit: limit, isOrdered: self.settings.ordering != .none))
    }

    /// Every mark carries the attempts of its claim, by which the server knows a row that has another owner by now.
    func settle(_ batch: ClaimedBatch, _ settlement: Settlement) async throws {
        let attempts = Dictionary(batch.rows.map { ($0.outboxID, $0.attempts) }) { $1 }
        if !settlement.published.isEmpty {
            let claimed = settlement.published.map { attempts[$0] ?? 1 }
            try await self.client.markPublished(settlement.published, claimedAttempts: claimed)
        }
        for row in settlement.failed {
            let reason = row.delay == nil ? "cannot go: \(row.reason)" : row.reason
            // 256 seconds, the longest delay that the contract knows, for a row that would be parked.
            let tries = row.delay == nil ? max(9, attempts[row.outboxID] ?? 1) : attempts[row.outboxID] ?? 1
            try await self.client.markFailed(row.outboxID, error: reason, attempts: tries)
        }
    }

    func release() async {}
}
