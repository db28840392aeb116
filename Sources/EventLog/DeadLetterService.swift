package import Postgres
import RawJSON

/// The rules of dead letters: each waits until it is redriven or discarded.
package struct DeadLetterService: Sendable {
    /// How many dead letters are looked up at once when all that match are redriven.
    private static let pageSize = 500

    private let pool: PostgresPool
    private let cache = EventTableCache()

    /// Creates the service.
    package init(pool: PostgresPool) {
        self.pool = pool
    }

    /// Records messages that cannot become events, all or none.
    ///
    /// A message is known by its stream, its sequence and its body; the first reason for it stays.
    ///
    /// - Returns: How many were recorded, and how many were there already or twice among them.
    /// - Throws: `PostgresError`.
    package func record(_ letters: [DeadLetter]) async throws -> (recorded: Int, duplicates: Int) {
        let recorded = try await self.pool.withConnection { try await DeadLetterRepository($0).record(letters) }
        return (recorded, letters.count - recorded)
    }

    /// Of the dead letters that are meant, the first after a key in the order of their keys.
    ///
    /// - Parameters:
    ///   - filter: Which are meant.
    ///   - id: The last key of the page before; 0 for the first page.
    ///   - limit: The most to return.
    /// - Returns: Dead letters without headers and bodies.
    /// - Throws: `PostgresError`.
    package func list(
        _ filter: DeadLetterFilter = DeadLetterFilter(),
        after id: Int64 = 0,
        limit: Int
    ) async throws -> [RecordedDeadLetter] {
        try await self.pool.withConnection {
            try await DeadLetterRepository($0).list(filter, after: id, limit: limit)
        }
    }

    /// How many dead letters are meant.
    ///
    /// - Throws: `PostgresError`.
    package func counts(_ filter: DeadLetterFilter = DeadLetterFilter()) async throws -> DeadLetterCounts {
        try await self.pool.withConnection { try await DeadLetterRepository($0).counts(filter) }
    }

    /// How many dead letters there are, counted no further than a limit.
    ///
    /// - Throws: `PostgresError`.
    package func count(upTo limit: Int) async throws -> Int {
        try await self.pool.withConnection { try await DeadLetterRepository($0).count(upTo: limit) }
    }

    /// A dead letter with its headers and body, or `nil` where there is none of this key.
    ///
    /// - Throws: `PostgresError`.
    package func find(_ id: Int64) async throws -> RecordedDeadLetter? {
        try await self.pool.withConnection { try await DeadLetterRepository($0).find(id) }
    }

    /// Tries once more to make an event of a dead letter.
    ///
    /// Its events are stored and the dead letter removed in one transaction; events that are there already count as
    /// stored. One that still cannot become an event stays, with the reason as it is now. Safe to repeat, and safe for
    /// several at once.
    ///
    /// - Returns: What became of it, or `nil` where there is none of this key.
    /// - Throws: `PostgresError` where the database is at fault; nothing has changed then.
    package func redrive(_ id: Int64) async throws -> Redrive? {
        let table = try await self.cache.table(from: self.pool)
        do {
            return try await self.pool.withTransaction { try await self.redrive(id, for: table, on: $0) }
        } catch let error as PostgresError {
            self.cache.forgetTable(after: error)
            throw error
        }
    }

    private func redrive(
        _ id: Int64,
        for table: EventTable,
        on connection: PostgresConnection
    ) async throws -> Redrive? {
        let letters = DeadLetterRepository(connection)
        guard let body = try await letters.lockBody(id) else { return nil }
        var parser = JSONParser(indexingDepth: EventMessage.indexingDepth)
        let content = body.withUnsafeBytes { MessageContent(reading: $0, for: table, with: &parser) }
        do {
            let events = EventColumns(try content.get(), for: table, using: self.cache.used(of: table))
            self.cache.noteUse(by: events)
            let projected = try await self.store(events, on: connection)
            _ = try await letters.delete(id)
            return Redrive(redriven: 1, projected: projected, duplicates: events.count - projected)
        } catch let reason as DeadLetterReason {
            try await letters.replaceReason(id, with: reason)
            return Redrive(refused: [id: reason])
        }
    }

    /// Tries once more to make events of all dead letters that are meant, one after the other.
    ///
    /// - Returns: What became of them.
    /// - Throws: `PostgresError` where the database is at fault; those before it are redriven then.
    package func redrive(_ filter: DeadLetterFilter) async throws -> Redrive {
        var redrive = Redrive()
        var last: Int64 = 0
        while true {
            let ids = try await self.pool.withConnection {
                try await DeadLetterRepository($0).keys(filter, after: last, limit: Self.pageSize)
            }
            guard let next = ids.last else { return redrive }
            for id in ids {
                if let one = try await self.redrive(id) { redrive.add(one) }
            }
            last = next
        }
    }

    /// Removes a dead letter for good, and returns whether it was there.
    ///
    /// - Throws: `PostgresError`.
    package func discard(_ id: Int64) async throws -> Bool {
        try await self.pool.withConnection { try await DeadLetterRepository($0).delete(id) }
    }

    /// Removes all dead letters that are meant for good, and returns how many they were.
    ///
    /// - Throws: `PostgresError`.
    package func discard(_ filter: DeadLetterFilter) async throws -> Int {
        try await self.pool.withConnection { try await DeadLetterRepository($0).delete(filter) }
    }

    /// Stores events within the open transaction, and makes the catalog entry that stands for none where that is it.
    ///
    /// - Throws: ``DeadLetterReason`` where they are refused; the transaction is as it was before.
    private func store(_ events: EventColumns, on connection: PostgresConnection) async throws -> Int {
        let repository = EventRepository(connection)
        try await connection.query("SET CONSTRAINTS ALL IMMEDIATE")
        do {
            do {
                return try await repository.insertUnderSavepoint(events)
            } catch let error as PostgresError where error.sqlState == "23503" && events.hasEmptyCatalogID {
                try await repository.makeEmptyCatalogEntry()
                return try await repository.insertUnderSavepoint(events)
            }
        } catch let error as PostgresError where error.refusesEvents {
            throw DeadLetterReason(error)
        }
    }
}
