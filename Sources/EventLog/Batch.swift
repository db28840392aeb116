import Postgres
import RawJSON

/// Messages on their way into the database.
struct Batch<Messages: MessageBatch> {
    private let messages: Messages
    private let table: EventTable
    private let cache: EventTableCache
    /// The messages that hold events.
    private let readable: [Int]
    /// The dead letters that there are in any case.
    private let letters: [DeadLetter]
    /// All events, one message after the other.
    private let events: EventColumns

    /// Ends an isolation that finds the catalog's entry 0 missing, which nobody has tried to make yet.
    private struct EmptyCatalogEntryMissing: Error {}

    /// Reads messages.
    ///
    /// - Parameters:
    ///   - messages: The messages.
    ///   - table: The columns to read them for.
    ///   - cache: Which of these are filled.
    init(reading messages: Messages, for table: EventTable, cache: EventTableCache) {
        var events = EventColumns(for: table, using: cache.used(of: table), expecting: messages.count)
        var readable: [Int] = []
        var letters: [DeadLetter] = []
        var parser = JSONParser(indexingDepth: EventMessage.indexingDepth)
        for index in 0..<messages.count {
            switch messages.withBody(index, { MessageContent(reading: $0, for: table, with: &parser) }) {
            case .success(let envelopes):
                for envelope in envelopes { events.append(envelope) }
                readable.append(index)
            case .failure(let reason): letters.append(messages.deadLetter(index, reason: reason))
            }
        }
        cache.noteUse(by: events)
        (self.messages, self.table, self.cache) = (messages, table, cache)
        (self.readable, self.letters, self.events) = (readable, letters, events)
    }

    /// Stores the events of the messages, each message's all or none, and dead letters, in one transaction.
    ///
    /// - Parameters:
    ///   - connection: The connection, without an open transaction.
    ///   - onStep: Called before each attempt of an isolation.
    /// - Returns: What became of the messages.
    /// - Throws: `PostgresError` where the database is at fault and not a message; nothing is stored then.
    func store(
        on connection: PostgresConnection,
        onStep: @escaping @Sendable () -> Void
    ) async throws -> ProjectionService.Outcome {
        let repository = EventRepository(connection)
        do {
            return try await self.store(repository)
        } catch let error as PostgresError where error.refusesEvents {
            guard error.sqlState == "23503", self.events.hasEmptyCatalogID else {
                do {
                    return try await self.isolate(on: connection, onStep, mayMakeEntry: true)
                } catch is EmptyCatalogEntryMissing {
                    try await repository.makeEmptyCatalogEntry()
                    return try await self.isolate(on: connection, onStep)
                }
            }
        }
        try await repository.makeEmptyCatalogEntry()
        do {
            return try await self.store(repository)
        } catch let error as PostgresError where error.refusesEvents {
            return try await self.isolate(on: connection, onStep)
        }
    }

    private func store(_ repository: EventRepository) async throws -> ProjectionService.Outcome {
        let projected = try await repository.insert(self.events, recording: self.letters)
        return ProjectionService.Outcome(
            projected: projected,
            duplicates: self.events.count - projected,
            deadLetters: self.letters.count,
            oldest: self.events.oldest
        )
    }

    private func isolate(
        on connection: PostgresConnection,
        _ onStep: @escaping @Sendable () -> Void,
        mayMakeEntry: Bool = false
    ) async throws -> ProjectionService.Outcome {
        let repository = EventRepository(connection)
        return try await connection.withTransaction {
            // A constraint that waits for the commit would be found out about too late.
            try await connection.query("SET CONSTRAINTS ALL IMMEDIATE")
            var outcome = ProjectionService.Outcome()
            var isolation = Isolation<PostgresError> { part in
                onStep()
                let events = self.events(of: self.readable[part])
                do {
                    let projected = try await repository.insertUnderSavepoint(events)
                    let duplicates = events.count - projected
                    outcome.add(.init(projected: projected, duplicates: duplicates, oldest: events.oldest))
                    return nil
                } catch let error as PostgresError where error.refusesEvents {
                    if mayMakeEntry, error.namesEmptyCatalogEntry { throw EmptyCatalogEntryMissing() }
                    return error
                }
            }
            try await isolation.isolate(self.readable.indices)
            let refused = isolation.refused.map { refused in
                self.messages.deadLetter(self.readable[refused.index], reason: DeadLetterReason(refused.refusal))
            }
            let letters = self.letters + refused
            outcome.deadLetters = letters.count
            try await DeadLetterRepository(connection).record(letters)
            return outcome
        }
    }

    /// The events of some of the messages, read again.
    ///
    /// To read again the few batches that are isolated costs less than to keep what every batch was read from.
    private func events(of part: ArraySlice<Int>) -> EventColumns {
        var events = EventColumns(for: self.table, using: self.cache.used(of: self.table), expecting: part.count)
        var parser = JSONParser(indexingDepth: EventMessage.indexingDepth)
        for index in part {
            let content = self.messages.withBody(index) {
                MessageContent(reading: $0, for: self.table, with: &parser)
            }
            for envelope in (try? content.get()) ?? [] { events.append(envelope) }
        }
        return events
    }
}
