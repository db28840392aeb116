import Postgres

/// The events of several messages on their way into the database.
struct Batch {
    private let messages: [[EventEnvelope]]
    private let table: EventTable
    private let used: [Int]
    /// All events, one message after the other.
    private let envelopes: [EventEnvelope]

    /// Ends an isolation that finds the catalog's entry 0 missing, which nobody has tried to make yet.
    private struct EmptyCatalogEntryMissing: Error {}

    init(_ messages: [[EventEnvelope]], in table: EventTable, cache: EventTableCache) {
        self.messages = messages
        self.table = table
        self.envelopes = Array(messages.joined())
        self.used = cache.columns(for: self.envelopes, in: table)
    }

    /// Stores the events of the messages, each message's all or none, and dead letters, in one transaction.
    ///
    /// - Parameters:
    ///   - letters: The dead letters that there are in any case.
    ///   - connection: The connection, without an open transaction.
    ///   - lettersWithRefused: All dead letters, given the messages that the database refuses.
    /// - Returns: What became of them.
    /// - Throws: `PostgresError` where the database is at fault and not a message; nothing is stored then.
    func store(
        recording letters: [DeadLetter],
        on connection: PostgresConnection,
        lettersWithRefused: ([(index: Int, reason: DeadLetterReason)]) -> [DeadLetter]
    ) async throws -> ProjectionService.Outcome {
        let events = EventRepository(connection)
        do {
            return try await self.store(recording: letters, events)
        } catch let error as PostgresError where error.refusesEvents {
            guard error.sqlState == "23503", self.envelopes.contains(where: { $0.catalogID == 0 }) else {
                do {
                    return try await self.isolate(on: connection, mayMakeEntry: true, lettersWithRefused)
                } catch is EmptyCatalogEntryMissing {
                    try await events.makeEmptyCatalogEntry()
                    return try await self.isolate(on: connection, lettersWithRefused)
                }
            }
        }
        try await events.makeEmptyCatalogEntry()
        do {
            return try await self.store(recording: letters, events)
        } catch let error as PostgresError where error.refusesEvents {
            return try await self.isolate(on: connection, lettersWithRefused)
        }
    }

    private func store(
        recording letters: [DeadLetter],
        _ events: EventRepository
    ) async throws -> ProjectionService.Outcome {
        let projected = try await events.insert(self.envelopes, in: self.table, used: self.used, recording: letters)
        return ProjectionService.Outcome(
            projected: projected,
            duplicates: self.envelopes.count - projected,
            deadLetters: letters.count
        )
    }

    private func isolate(
        on connection: PostgresConnection,
        mayMakeEntry: Bool = false,
        _ lettersWithRefused: ([(index: Int, reason: DeadLetterReason)]) -> [DeadLetter]
    ) async throws -> ProjectionService.Outcome {
        let events = EventRepository(connection)
        return try await connection.withTransaction {
            // A constraint that waits for the commit would be found out about too late.
            try await connection.query("SET CONSTRAINTS ALL IMMEDIATE")
            var outcome = ProjectionService.Outcome()
            var isolation = Isolation<PostgresError> { part in
                let envelopes = self.messages[part].joined()
                do {
                    let projected = try await events.insertUnderSavepoint(
                        Array(envelopes),
                        in: self.table,
                        used: self.used
                    )
                    outcome.projected += projected
                    outcome.duplicates += envelopes.count - projected
                    return nil
                } catch let error as PostgresError where error.refusesEvents {
                    if mayMakeEntry, error.namesEmptyCatalogEntry { throw EmptyCatalogEntryMissing() }
                    return error
                }
            }
            try await isolation.isolate(self.messages.indices)
            let letters = lettersWithRefused(isolation.refused.map { ($0.index, DeadLetterReason($0.refusal)) })
            outcome.deadLetters = letters.count
            try await DeadLetterRepository(connection).record(letters)
            return outcome
        }
    }
}
