import InternalContract
import Outbox

/// Rows on leases of `/api/internal`: no connection to the database.
///
/// The promises are the same, with two differences. A claim counts as an attempt even where nothing came of it. And what is
/// undecided comes back with the end of its lease, since the contract has no way to hand rows back.
struct APISource: RowSource {
    /// The most rows of one claim of the contract.
    private static let maximumRows = 1000

    let client: InternalAPIClient
    let settings: PublisherSettings

    var lookout: OutboxLookout? { nil }
    var handsBack: Bool { false }

    func claim(turn: Int) async throws -> ClaimedBatch {
        let limit = min(Self.maximumRows, self.settings.batchSize)
        return ClaimedBatch(try await self.client.claim(limit: limit, isOrdered: self.settings.ordering != .none))
    }

    func hasTakenAll(_ batch: ClaimedBatch) -> Bool { batch.rows.isEmpty }

    /// Every mark carries the attempts of its claim, by which the server knows a row that has another owner by now.
    func settle(_ batch: ClaimedBatch, _ settlement: Settlement) async throws {
        let attempts = Dictionary(batch.rows.map { ($0.outboxID, $0.attempts) }) { $1 }
        if !settlement.published.isEmpty {
            let claimed = settlement.published.map { attempts[$0] ?? 1 }
            try await self.client.markPublished(settlement.published, claimedAttempts: claimed)
        }
        for row in settlement.failed {
            try await self.client.markFailed(
                row.outboxID,
                error: row.reason,
                attempts: attempts[row.outboxID] ?? 1,
                isParked: row.delay == nil
            )
        }
    }

    func release() async {}
}
