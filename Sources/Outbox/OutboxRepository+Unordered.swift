import Postgres
import Waiting

// The claim of a publisher that keeps no order: no lanes, and no row is held back by another.
//
// What it is for: a failing execution whose later rows are wanted all the same, and one execution with more rows than a
// single worker can publish, since here all workers share them. Workers at once pass over each other's locked rows, at
// most a batch for each of them.
extension OutboxRepository {
    /// Opens a transaction and locks the first due rows that nobody has locked.
    ///
    /// - Parameters:
    ///   - limit: The most rows.
    ///   - timeout: How long the server keeps the transaction open without a word from us.
    ///   - isAsking: Whether to ask first if rows are being committed that nobody notifies of.
    /// - Returns: The rows. The transaction stays open, also where there are none: end it with ``settle(_:)`` or
    ///   ``PostgresConnection/rollBack()``.
    /// - Throws: `PostgresError`.
    package func lockUnordered(
        limit: Int64,
        timeout: Duration,
        askingForUnannounced isAsking: Bool = false
    ) async throws -> LockedBatch {
        try await self.lock(
            Self.begin(asking: isAsking) + self.claimSettings(timeout: timeout) + [
                Step(Self.lockFirst, [.integer(limit)])
            ],
            isAsking: isAsking
        )
    }

    private static let lockFirst: Statement = """
        SELECT \(Self.lockedColumns)
        FROM (
            SELECT *
            FROM noetl.outbox
            WHERE \(Condition.due)
            ORDER BY outbox_id
            LIMIT $1
            FOR UPDATE SKIP LOCKED
        ) AS o
        """
}
