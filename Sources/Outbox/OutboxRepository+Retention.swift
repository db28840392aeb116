import Postgres
import Waiting

// Deleting what was published long ago.
//
// Along the primary key, a window of rows at a time: rows are published about in the order of their ids, so that the old
// ones are the first. An index on published_at would find them directly, and would cost every row that is published one
// more index entry, on the way that has to be fast.
extension OutboxRepository {
    /// One window of rows that was looked through.
    package struct RetentionStep: Sendable {
        /// How many rows were deleted.
        package let deleted: Int
        /// The last row looked at, to go on behind it; `nil` where what comes is too young, or nothing comes.
        package let lastID: Int64?
    }

    /// The advisory lock of the one publisher that deletes: "noetl-de" in ASCII.
    private static let retentionLock: Int64 = 0x6e6f_6574_6c2d_6465

    /// Takes the lock of the one that deletes, until the connection ends.
    ///
    /// - Returns: Whether it was free, or is ours already.
    /// - Throws: `PostgresError`.
    package func lockRetention() async throws -> Bool {
        try await self.connection.query(Self.lockRetention, [.integer(Self.retentionLock)]).boolean(row: 0, column: 0)
    }

    /// Deletes the published rows of one window that are older than they need be.
    ///
    /// Touches PUBLISHED rows only and waits for no lock, so that it never holds up a claim.
    ///
    /// - Parameters:
    ///   - retention: How long rows are kept after they were published.
    ///   - outboxID: Where the window begins; the row itself is not in it.
    ///   - limit: The most rows to look at.
    /// - Returns: What was done, and where to go on.
    /// - Throws: `PostgresError`.
    package func deletePublished(
        olderThan retention: Duration,
        after outboxID: Int64,
        limit: Int64
    ) async throws -> RetentionStep {
        let parameters: [PostgresParameter] = [.double(retention.seconds), .integer(outboxID), .integer(limit)]
        let result = try await self.connection.query(Self.deletePublished, parameters)
        return RetentionStep(
            deleted: Int(try result.requiredInteger(row: 0, column: 0)),
            lastID: try result.integer(row: 0, column: 1)
        )
    }

    private static let lockRetention: Statement = "SELECT pg_try_advisory_lock($1)"

    // A row created within the retention cannot have been published before it, nor can those behind it.
    private static let deletePublished: Statement = """
        WITH looked_at AS MATERIALIZED (
            SELECT outbox_id,
                created_at,
                status = 'PUBLISHED' AND coalesce(published_at, updated_at) <= now() - make_interval(secs => $1) AS is_old
            FROM noetl.outbox
            WHERE outbox_id > $2
            ORDER BY outbox_id
            LIMIT $3
        ), old AS MATERIALIZED (
            SELECT outbox_id
            FROM noetl.outbox
            WHERE outbox_id = ANY(ARRAY(SELECT outbox_id FROM looked_at WHERE is_old))
                AND status = 'PUBLISHED'
            FOR UPDATE SKIP LOCKED
        ), deleted AS (
            DELETE FROM noetl.outbox
            WHERE outbox_id = ANY(ARRAY(SELECT outbox_id FROM old))
            RETURNING 1
        )
        SELECT (SELECT count(*) FROM deleted),
            CASE
                WHEN count(*) = $3 AND min(created_at) <= now() - make_interval(secs => $1) THEN max(outbox_id)
            END
        FROM looked_at
        """
}
