package import Postgres

/// The rules of the projector: every message becomes events or a dead letter, and one bad message costs no other.
package struct ProjectionService: Sendable {
    /// What became of a batch.
    package struct Outcome: Hashable, Sendable {
        /// Events stored.
        package var projected = 0
        /// Events that were there already.
        package var duplicates = 0
        /// Messages recorded as dead letters.
        package var deadLetters = 0

        /// Creates an outcome.
        package init(projected: Int = 0, duplicates: Int = 0, deadLetters: Int = 0) {
            self.projected = projected
            self.duplicates = duplicates
            self.deadLetters = deadLetters
        }
    }

    private let pool: PostgresPool
    private let cache = EventTableCache()

    /// Creates the service.
    package init(pool: PostgresPool) {
        self.pool = pool
    }

    /// The columns to read messages for: those that every NoETL database has, and what this one has beside them.
    ///
    /// Asked of the database once.
    ///
    /// - Throws: `PostgresError`.
    package func table() async throws -> EventTable {
        try await self.cache.table(from: self.pool)
    }

    /// Stores a batch of messages: events and dead letters in one transaction, committed when this returns.
    ///
    /// 1. Everything in one round trip. A batch of good messages, and of such that cannot be read, is done then.
    /// 2. Where events are refused because the catalog lacks the entry 0 that stands for none, it is made, and 1. again.
    /// 3. What else is refused is isolated by halving, in a transaction.
    ///
    /// - Parameters:
    ///   - contents: What each message holds.
    ///   - table: The columns they were read for.
    ///   - makeDeadLetter: Makes the record of the message at an index that cannot be stored.
    /// - Returns: What became of them.
    /// - Throws: `PostgresError` where the database is at fault and not a message; nothing is stored then.
    package func project(
        _ contents: [MessageContent],
        for table: EventTable,
        makeDeadLetter: (_ index: Int, _ reason: DeadLetterReason) -> DeadLetter
    ) async throws -> Outcome {
        var readable: [(index: Int, envelopes: [EventEnvelope])] = []
        var letters: [DeadLetter] = []
        for (index, content) in contents.enumerated() {
            switch content {
            case .success(let envelopes): readable.append((index, envelopes))
            case .failure(let reason): letters.append(makeDeadLetter(index, reason))
            }
        }
        guard !contents.isEmpty else { return Outcome() }
        do {
            return try await self.pool.withConnection { connection in
                let batch = Batch(readable.map(\.envelopes), in: table, cache: self.cache)
                return try await batch.store(recording: letters, on: connection) { refused in
                    letters + refused.map { makeDeadLetter(readable[$0].index, $1) }
                }
            }
        } catch let error as PostgresError {
            self.cache.forgetTable(after: error)
            throw error
        }
    }
}
