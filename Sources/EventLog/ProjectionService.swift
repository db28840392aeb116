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
        /// When the first of the events happened, where any says so.
        package var oldest: Timestamp?

        /// Creates an outcome.
        package init(projected: Int = 0, duplicates: Int = 0, deadLetters: Int = 0, oldest: Timestamp? = nil) {
            self.projected = projected
            self.duplicates = duplicates
            self.deadLetters = deadLetters
            self.oldest = oldest
        }

        /// Adds what became of other messages.
        package mutating func add(_ other: Self) {
            self.projected += other.projected
            self.duplicates += other.duplicates
            self.deadLetters += other.deadLetters
            self.oldest = [self.oldest, other.oldest].compactMap { $0 }.min()
        }
    }

    private let pool: PostgresPool
    private let cache = EventTableCache()

    /// Creates the service.
    package init(pool: PostgresPool) {
        self.pool = pool
    }

    /// Stores a batch of messages: events and dead letters in one transaction, committed when this returns.
    ///
    /// 1. Everything in one round trip. A batch of good messages, and of such that cannot be read, is done then.
    /// 2. Where events are refused because the catalog lacks the entry 0 that stands for none, it is made, and 1. again.
    /// 3. What else is refused is isolated by halving, in a transaction.
    ///
    /// They are read for the columns that every NoETL database has, and for what this one has beside them: it is asked
    /// once.
    ///
    /// - Parameters:
    ///   - messages: The messages.
    ///   - onStep: Called before each attempt of an isolation, as a sign of life.
    /// - Returns: What became of them.
    /// - Throws: `PostgresError` where the database is at fault and not a message; nothing is stored then.
    package func project(
        _ messages: some MessageBatch,
        onStep: @escaping @Sendable () -> Void = {}
    ) async throws -> Outcome {
        let table = try await self.cache.table(from: self.pool)
        guard messages.count > 0 else { return Outcome() }
        do {
            return try await self.pool.withConnection { connection in
                try await Batch(reading: messages, for: table, cache: self.cache).store(on: connection, onStep: onStep)
            }
        } catch let error as PostgresError {
            self.cache.forgetTable(after: error)
            throw error
        }
    }
}
