package import Postgres

/// The rules of the projector: every message becomes events or a dead letter, and one bad message costs no other.
package struct ProjectionService: Sendable {
    private let pool: PostgresPool

    /// A message of a stream, ready to project.
    package struct Message: Sendable {
        /// Its events, or why it has none.
        package let content: Result<[EventEnvelope], DeadLetterReason>
        /// What is recorded of it if it cannot be stored. Called at most once.
        package let makeDeadLetter: @Sendable (_ reason: DeadLetterReason) -> DeadLetter

        /// Creates a message.
        package init(
            content: Result<[EventEnvelope], DeadLetterReason>,
            makeDeadLetter: @escaping @Sendable (_ reason: DeadLetterReason) -> DeadLetter
        ) {
            self.content = content
            self.makeDeadLetter = makeDeadLetter
        }
    }

    /// What became of a batch.
    package struct Outcome: Hashable, Sendable {
        /// Events stored.
        package var projected = 0
        /// Events that were there already.
        package var duplicates = 0
        /// Messages recorded as dead letters.
        package var deadLetters = 0
    }

    /// Creates the service.
    package init(pool: PostgresPool) {
        self.pool = pool
    }

    /// Stores a batch: events and dead letters in one transaction. When this returns, all of it is committed.
    ///
    /// - Throws: `PostgresError` where the database is at fault and not a message; nothing is stored then.
    package func project(_ messages: [Message]) async throws -> Outcome {
        try await self.pool.withTransaction { connection in
            var outcome = Outcome()
            let events = EventRepository(connection)
            let deadLetters = DeadLetterRepository(connection)
            let readable = messages.compactMap { message in
                (try? message.content.get()).map { (message: message, envelopes: $0) }
            }
            for message in messages {
                guard case .failure(let reason) = message.content else { continue }
                try await deadLetters.record(message.makeDeadLetter(reason))
                outcome.deadLetters += 1
            }
            // Halves that are refused are halved again, so k bad messages of n cost about 2k·log₂ n statements. A
            // refused statement ends the transaction, unless it ran under a savepoint.
            var parts = readable.isEmpty ? [] : [readable[...]]
            while let part = parts.popLast() {
                let envelopes = part.flatMap(\.envelopes)
                do {
                    let projected = try await connection.withSavepoint { try await events.insert(envelopes) }
                    outcome.projected += projected
                    outcome.duplicates += envelopes.count - projected
                } catch let error as PostgresError where error.isDataError {
                    if part.count > 1 {
                        let middle = part.startIndex + part.count / 2
                        parts += [part[middle...], part[..<middle]]
                    } else if let message = part.first?.message {
                        try await deadLetters.record(message.makeDeadLetter(DeadLetterReason(error)))
                        outcome.deadLetters += 1
                    }
                }
            }
            return outcome
        }
    }
}
