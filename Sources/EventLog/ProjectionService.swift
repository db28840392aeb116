package import Postgres

/// The rules of the projector: every message becomes events or a dead letter, and one bad message costs no other.
package struct ProjectionService: Sendable {
    /// What a message holds: its events, or why it has none.
    package typealias Content = Result<[EventEnvelope], DeadLetterReason>

    /// What became of a batch.
    package struct Outcome: Hashable, Sendable {
        /// Events stored.
        package var projected = 0
        /// Events that were there already.
        package var duplicates = 0
        /// Messages recorded as dead letters.
        package var deadLetters = 0
    }

    private let pool: PostgresPool

    /// Creates the service.
    package init(pool: PostgresPool) {
        self.pool = pool
    }

    /// Stores a batch of messages: events and dead letters in one transaction, committed when this returns.
    ///
    /// - Parameters:
    ///   - contents: What each message holds.
    ///   - makeDeadLetter: Makes the record of the message at an index that cannot be stored.
    /// - Returns: What became of them.
    /// - Throws: `PostgresError` where the database is at fault and not a message; nothing is stored then.
    package func project(
        _ contents: [Content],
        makeDeadLetter: (_ index: Int, _ reason: DeadLetterReason) -> DeadLetter
    ) async throws -> Outcome {
        try await self.pool.withTransaction { connection in
            var projection = Projection(connection)
            for (index, content) in contents.enumerated() {
                guard case .failure(let reason) = content else { continue }
                try await projection.record(makeDeadLetter(index, reason))
            }
            let readable = contents.enumerated().compactMap { index, content in
                (try? content.get()).map { (index: index, envelopes: $0) }
            }
            // Halves that are refused are halved again: k bad messages of n cost about 2k·log₂ n statements.
            var parts = readable.isEmpty ? [] : [readable[...]]
            while let part = parts.popLast() {
                guard let refusal = try await projection.store(part.flatMap(\.envelopes)) else { continue }
                if let only = part.first, part.count == 1 {
                    try await projection.record(makeDeadLetter(only.index, DeadLetterReason(refusal)))
                } else {
                    let middle = part.startIndex + part.count / 2
                    parts += [part[middle...], part[..<middle]]
                }
            }
            return projection.outcome
        }
    }
}

/// One batch's transaction.
private struct Projection {
    private let connection: PostgresConnection
    private let events: EventRepository
    private let deadLetters: DeadLetterRepository
    private(set) var outcome = ProjectionService.Outcome()

    init(_ connection: PostgresConnection) {
        self.connection = connection
        self.events = EventRepository(connection)
        self.deadLetters = DeadLetterRepository(connection)
    }

    /// Stores events, all or none, and returns why they were refused if they were.
    ///
    /// Under a savepoint, because a refused statement ends its transaction.
    mutating func store(_ envelopes: [EventEnvelope]) async throws -> PostgresError? {
        do {
            let projected = try await self.connection.withSavepoint { try await self.events.insert(envelopes) }
            self.outcome.projected += projected
            self.outcome.duplicates += envelopes.count - projected
            return nil
        } catch let error as PostgresError where error.isDataError {
            return error
        }
    }

    mutating func record(_ letter: DeadLetter) async throws {
        try await self.deadLetters.record(letter)
        self.outcome.deadLetters += 1
    }
}
