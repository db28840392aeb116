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
    /// - Throws: `PostgresError`.
    package func markPublished(_ outboxIDs: [Int64]) async throws -> Int {
        try await self.pool.withConnection { connection in
            try await OutboxRepository(connection).markPublished(outboxIDs)
        }
    }

    /// Marks a row FAILED, to be tried again after the back-off.
    ///
    /// - Returns: Whether the row was marked, and the seconds until it is due.
    /// - Throws: `PostgresError`.
    package func markFailed(
        _ outboxID: Int64,
        error: String,
        attempts: Int64,
        maximumDelaySeconds: Int64
    ) async throws -> (isMarked: Bool, delaySeconds: Int64) {
        let delay = Backoff.seconds(attempts: attempts, maximumSeconds: maximumDelaySeconds)
        let isMarked = try await self.pool.withConnection { connection in
            try await OutboxRepository(connection)
                .markFailed(outboxID, error: FailureText.storable(error), delaySeconds: delay)
        }
        return (isMarked, delay)
    }

    /// How many rows are due or have a lease that ran out.
    ///
    /// - Throws: `PostgresError`.
    package func pendingCount() async throws -> Int64 {
        try await self.pool.withConnection { connection in
            try await OutboxRepository(connection).pendingCount(lease: self.lease, limit: self.pendingCountLimit)
        }
    }
}
