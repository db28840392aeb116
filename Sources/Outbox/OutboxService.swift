package import Postgres

/// The rules of `/api/internal/outbox`: what a claim, a mark and a count mean.
package struct OutboxService: Sendable {
    private let pool: PostgresPool
    private let lease: Duration
    private let pendingCountLimit: Int64

    /// Creates the service.
    ///
    /// - Parameters:
    ///   - pool: Where the table is.
    ///   - lease: How long a claim lasts.
    ///   - pendingCountLimit: The number at which counting stops.
    package init(pool: PostgresPool, lease: Duration, pendingCountLimit: Int64) {
        self.pool = pool
        self.lease = lease
        self.pendingCountLimit = pendingCountLimit
    }

    /// Claims due rows, and rows whose lease ran out, for as long as the lease lasts.
    ///
    /// - Throws: `PostgresError`.
    package func claim(limit: Int64, isOrdered: Bool) async throws -> LeasedRows {
        try await self.pool.withConnection { connection in
            try await OutboxRepository(connection).claim(limit: limit, lease: self.lease, isOrdered: isOrdered)
        }
    }

    /// Marks rows PUBLISHED and returns how many really changed.
    ///
    /// - Parameters:
    ///   - outboxIDs: The rows.
    ///   - claimedAttempts: For each row its attempts as claimed, where the caller says them: a row that was claimed
    ///     again since is left alone. Without them a late mark cannot be told from one in time, and says what is true:
    ///     the message is in the stream.
    /// - Returns: How many rows really changed.
    /// - Throws: `PostgresError`.
    package func markPublished(_ outboxIDs: [Int64], claimedAttempts: [Int64]? = nil) async throws -> Int {
        try await self.pool.withConnection { connection in
            let outbox = OutboxRepository(connection)
            guard let claimedAttempts else { return try await outbox.markPublished(outboxIDs) }
            return try await outbox.markPublished(outboxIDs, claimedAttempts: claimedAttempts)
        }
    }

    /// Marks a row FAILED, to be tried again after the back-off.
    ///
    /// - Parameters:
    ///   - outboxID: The row.
    ///   - error: Why.
    ///   - attempts: How often it was tried, for the back-off alone.
    ///   - claimedAttempts: Its attempts as claimed, where the caller says them: a row that was claimed again since is
    ///     left alone, also where that lease is over. Without them a late mark cannot be told from one in time.
    ///   - maximumDelaySeconds: The longest delay.
    /// - Returns: Whether the row was marked, and the seconds until it is due.
    /// - Throws: `PostgresError`.
    package func markFailed(
        _ outboxID: Int64,
        error: String,
        attempts: Int64,
        claimedAttempts: Int64? = nil,
        maximumDelaySeconds: Int64
    ) async throws -> (isMarked: Bool, delaySeconds: Int64) {
        let delay = Backoff.seconds(attempts: attempts, maximumSeconds: maximumDelaySeconds)
        let isMarked = try await self.pool.withConnection { connection in
            try await OutboxRepository(connection)
                .markFailed(
                    outboxID,
                    error: FailureText.storable(error),
                    delaySeconds: delay,
                    claimedAttempts: claimedAttempts
                )
        }
        return (isMarked, delay)
    }

    /// Marks a row FAILED and parks it: it is not tried again until somebody lets it go.
    ///
    /// - Parameters:
    ///   - outboxID: The row.
    ///   - error: Why.
    ///   - claimedAttempts: Its attempts as claimed, where the caller says them: a row that was claimed again since, by
    ///     somebody who may have had more luck with it, is left alone, also where that lease is over.
    /// - Returns: Whether the row was parked.
    /// - Throws: `PostgresError`.
    package func park(_ outboxID: Int64, error: String, claimedAttempts: Int64?) async throws -> Bool {
        try await self.pool.withConnection { connection in
            try await OutboxRepository(connection)
                .park(outboxID, error: FailureText.storable(error), claimedAttempts: claimedAttempts)
        }
    }

    /// The rows that are due or have a lease that ran out.
    ///
    /// - Throws: `PostgresError`.
    package func pendingRows() async throws -> PendingRows {
        try await self.pool.withConnection { connection in
            try await OutboxRepository(connection).pendingRows(lease: self.lease, limit: self.pendingCountLimit)
        }
    }
}
