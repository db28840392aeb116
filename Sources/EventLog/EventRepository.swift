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
        try await self.insert(EventColumns(envelopes, for: .contract))
    }

    /// Inserts events and records dead letters, all or none.
    ///
    /// One round trip, and committed when this returns unless a transaction is open.
    ///
    /// - Parameters:
    ///   - events: The events.
    ///   - letters: What could not become an event.
    /// - Returns: How many of the events were not there yet.
    /// - Throws: `PostgresError`.
    func insert(_ events: EventColumns, recording letters: [DeadLetter] = []) async throws -> Int {
        let inserts = events.isEmpty ? [] : [EventInsert.step(events)]
        let results = try await self.connection.run(inserts + DeadLetterRepository.recordingSteps(letters))
        return events.isEmpty ? 0 : results.affectedRows(0)
    }

    /// Inserts events within the open transaction: where they are refused it is as it was before.
    ///
    /// - Returns: How many were not there yet.
    /// - Throws: `PostgresError`.
    func insertUnderSavepoint(_ events: EventColumns) async throws -> Int {
        do {
            let steps = [Step("SAVEPOINT part"), EventInsert.step(events), Step("RELEASE SAVEPOINT part")]
            return try await self.connection.run(steps).affectedRows(1)
        } catch let error as PostgresError where error.refusesEvents && !self.connection.isClosed {
            try await self.connection.run(["ROLLBACK TO SAVEPOINT part", "RELEASE SAVEPOINT part"].map { Step($0) })
            throw error
        }
    }

    /// Which columns the table has beside those that every NoETL database has, as far as a field can fill them.
    ///
    /// - Returns: The columns, or `nil` where there is no table.
    /// - Throws: `PostgresError`.
    func table() async throws -> EventTable? {
        let result = try await self.connection.query(Self.columns)
        guard result.rowCount > 0 else { return nil }
        return EventTable(
            columns: (0..<result.rowCount).compactMap { row in
                guard let name = result.text(row: row, column: 0), !EventTable.contractColumns.contains(name),
                    let identifier = result.text(row: row, column: 1), let type = result.text(row: row, column: 2),
                    let kind = EventColumn.kind(ofType: result.text(row: row, column: 3) ?? "")
                else { return nil }
                return EventColumn(
                    name: name,
                    identifier: identifier,
                    type: type,
                    kind: kind,
                    fallback: result.text(row: row, column: 4)
                )
            }
        )
    }

    /// Makes the entry 0 of `noetl.catalog`, which events without a catalog entry refer to in databases that have the
    /// foreign key; does nothing where the database does not allow it.
    ///
    /// Within a transaction or outside one.
    ///
    /// - Throws: `PostgresError` where the database is away.
    func makeEmptyCatalogEntry() async throws {
        try await self.connection.query(Self.makeEmptyCatalogEntry)
    }

    // What the server computes by itself is not ours to fill.
    private static let columns: Statement = """
        SELECT a.attname::text, quote_ident(a.attname), format_type(a.atttypid, a.atttypmod), t.typname::text,
            pg_get_expr(d.adbin, d.adrelid)
        FROM pg_attribute AS a
        JOIN pg_type AS t ON t.oid = a.atttypid
        LEFT JOIN pg_attrdef AS d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
        WHERE a.attrelid = to_regclass('noetl.event')
            AND a.attnum > 0
            AND NOT a.attisdropped
            AND a.attgenerated = ''
            AND a.attidentity = ''
        ORDER BY a.attnum
        """

    // The kind is a foreign key in some databases and a plain text in others. A block for each, because an insert that
    // is refused must not end the transaction.
    private static let makeEmptyCatalogEntry: Statement = """
        DO $$
        BEGIN
            BEGIN
                INSERT INTO noetl.resource (name) VALUES ('none') ON CONFLICT DO NOTHING;
            EXCEPTION WHEN OTHERS THEN
            END;
            BEGIN
                INSERT INTO noetl.catalog (catalog_id, path, version, kind) VALUES (0, 'none', 1, 'none')
                ON CONFLICT DO NOTHING;
            EXCEPTION WHEN OTHERS THEN
            END;
        END
        $$
        """
}

extension [QueryResult] {
    /// How many rows a step touched.
    fileprivate func affectedRows(_ step: Int) -> Int {
        self.indices.contains(step) ? self[step].affectedRows : 0
    }
}
