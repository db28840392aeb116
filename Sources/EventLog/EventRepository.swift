package import Postgres

/// The SQL over `noetl.event`, on one connection.
package struct EventRepository: Sendable {
    private let connection: PostgresConnection

    /// Creates a repository on a connection.
    package init(_ connection: PostgresConnection) {
        self.connection = connection
    }

    /// Inserts the events that are not there yet, all or none, and returns how many that were.
    ///
    /// - Throws: `PostgresError`.
    package func insert(_ envelopes: some Collection<EventEnvelope>) async throws -> Int {
        try await self.connection.query(Self.insert, EventColumns(envelopes).parameters).affectedRows
    }

    /// Makes the entry 0 of `noetl.catalog`, which events without a catalog entry refer to in databases that have the
    /// foreign key.
    ///
    /// - Returns: Whether the database allowed it.
    /// - Throws: `PostgresError` where the database is away.
    package func makeEmptyCatalogEntry() async throws -> Bool {
        // The kind is a foreign key in some databases and a plain text in others.
        _ = try await self.isAllowed(Self.makeEmptyCatalogKind)
        return try await self.isAllowed(Self.makeEmptyCatalogEntry)
    }

    private func isAllowed(_ statement: Statement) async throws -> Bool {
        do {
            try await self.connection.query(statement)
            return true
        } catch let error as PostgresError where error.code == .server && !error.isRetryable {
            return false
        }
    }

    private static let makeEmptyCatalogKind: Statement = """
        INSERT INTO noetl.resource (name) VALUES ('none')
        ON CONFLICT DO NOTHING
        """

    private static let makeEmptyCatalogEntry: Statement = """
        INSERT INTO noetl.catalog (catalog_id, path, version, kind) VALUES (0, 'none', 1, 'none')
        ON CONFLICT DO NOTHING
        """

    // One array per column: the server parses each object once and nothing else, where one JSON document of all events
    // would be parsed whole and taken apart again. Sorted by key, so that two inserts with the same events in another
    // order take the locks of the key's index in the same order and cannot wait for each other in a circle.
    // No conflict target: the key is (execution_id, event_id) in current databases and (event_id) in older ones.
    private static let insert: Statement = """
        INSERT INTO noetl.event (
            event_id, execution_id, catalog_id, parent_event_id, duration, created_at,
            event_type, node_id, node_name, node_type, status, error, stack_trace,
            context, result, meta,
            tenant_id, organization_id
        )
        SELECT event_id, execution_id, catalog_id, parent_event_id, duration,
            coalesce(created_at, now() AT TIME ZONE 'UTC'),
            event_type, node_id, node_name, node_type, status, error, stack_trace,
            context::jsonb, result::jsonb, meta::jsonb,
            coalesce(tenant_id, 'default'), coalesce(organization_id, 'default')
        FROM unnest(
            $1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[], $5::float8[], $6::timestamp[],
            $7::text[], $8::text[], $9::text[], $10::text[], $11::text[], $12::text[], $13::text[],
            $14::text[], $15::text[], $16::text[],
            $17::text[], $18::text[]
        ) AS e (
            event_id, execution_id, catalog_id, parent_event_id, duration, created_at,
            event_type, node_id, node_name, node_type, status, error, stack_trace,
            context, result, meta,
            tenant_id, organization_id
        )
        ORDER BY execution_id, event_id
        ON CONFLICT DO NOTHING
        """
}
