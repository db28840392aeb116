import Postgres

extension QueryResult {
    /// The keys in the first two columns, execution and event; without an execution it is 0.
    ///
    /// - Throws: `PostgresError` where the cells hold no integers.
    func eventKeys() throws -> [EventKey] {
        try (0..<self.rowCount)
            .map { row in
                EventKey(
                    executionID: try self.integer(row: row, column: 0) ?? 0,
                    eventID: try self.requiredInteger(row: row, column: 1)
                )
            }
    }
}
