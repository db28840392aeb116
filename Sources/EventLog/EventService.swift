package import Postgres

/// The rules of projecting: an event is stored once, the first one wins, all or nothing.
package struct EventService: Sendable {
    private let pool: PostgresPool

    /// Creates the service.
    package init(pool: PostgresPool) {
        self.pool = pool
    }

    /// Stores the events that are not there yet, all or none.
    ///
    /// - Returns: How many were stored, and how many were there already or twice in the batch.
    /// - Throws: `PostgresError`; one with ``Postgres/PostgresError/isDataError`` means that an event was refused.
    package func project(_ envelopes: [EventEnvelope]) async throws -> (projected: Int, duplicates: Int) {
        let projected = try await self.pool.withConnection { connection in
            try await EventRepository(connection).insert(envelopes)
        }
        return (projected, envelopes.count - projected)
    }
}
