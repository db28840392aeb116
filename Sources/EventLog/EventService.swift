package import Postgres

/// The rules of projecting: an event is stored once, the first one wins, all or nothing.
package struct EventService: Sendable {
    private let pool: PostgresPool

    /// Ends a trial insert, so that nothing of it stays.
    private struct Accepted: Error {}

    /// Creates the service.
    package init(pool: PostgresPool) {
        self.pool = pool
    }

    /// Stores the events that are not there yet, all or none.
    ///
    /// - Returns: How many were stored, and how many were there already or twice in the batch.
    /// - Throws: ``RefusedEvent`` for the event the database refuses to store; `PostgresError` where the database is at
    ///   fault, or where no single event is to blame.
    package func project(_ envelopes: [EventEnvelope]) async throws -> (projected: Int, duplicates: Int) {
        try await self.pool.withConnection { connection in
            do {
                return try await self.project(envelopes, connection)
            } catch let refused as RefusedEvent where refused.error.namesEmptyCatalogEntry {
                // The database said something else first, so nobody has tried to make that entry yet.
                try await EventRepository(connection).makeEmptyCatalogEntry()
                return try await self.project(envelopes, connection)
            }
        }
    }

    private func project(
        _ envelopes: [EventEnvelope],
        _ connection: PostgresConnection
    ) async throws -> (projected: Int, duplicates: Int) {
        do {
            let projected = try await self.insert(envelopes, EventRepository(connection))
            return (projected, envelopes.count - projected)
        } catch let error as PostgresError where error.refusesEvents {
            guard let event = try await self.refusedEvent(in: envelopes, connection) else { throw error }
            throw event
        }
    }

    /// Inserts events, and makes the catalog entry that stands for none where the database requires it.
    private func insert(_ envelopes: [EventEnvelope], _ events: EventRepository) async throws -> Int {
        do {
            return try await events.insert(envelopes)
        } catch let error as PostgresError
            where error.sqlState == "23503" && envelopes.contains(where: { $0.catalogID == 0 })
        {
            try await events.makeEmptyCatalogEntry()
            return try await events.insert(envelopes)
        }
    }

    /// Finds an event that is refused by halving, in log₂ n statements and without storing anything.
    ///
    /// - Returns: `nil` where every event would be taken by itself.
    private func refusedEvent(
        in envelopes: [EventEnvelope],
        _ connection: PostgresConnection
    ) async throws -> RefusedEvent? {
        var part = envelopes[...]
        while part.count > 1 {
            let middle = part.startIndex + part.count / 2
            let isInFirstHalf = try await self.refusal(of: part[..<middle], connection) != nil
            part = isInFirstHalf ? part[..<middle] : part[middle...]
        }
        guard let envelope = part.first, let error = try await self.refusal(of: part, connection) else { return nil }
        return RefusedEvent(index: part.startIndex, eventID: envelope.eventID, error: error)
    }

    /// What the database says against a part of a batch, or `nil` if it takes it.
    ///
    /// Each trial is rolled back before the next, so that no two callers ever wait for each other's.
    private func refusal(
        of part: ArraySlice<EventEnvelope>,
        _ connection: PostgresConnection
    ) async throws -> PostgresError? {
        do {
            try await connection.withTransaction {
                _ = try await EventRepository(connection).insert(part)
                throw Accepted()
            }
            return nil
        } catch is Accepted {
            return nil
        } catch let error as PostgresError where error.refusesEvents {
            return error
        }
    }
}
