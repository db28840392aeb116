import Postgres

/// A claimed row of `noetl.outbox`, without its payload.
package struct OutboxRow: Hashable, Sendable {
    /// The row's key; rows of one execution are published in its order.
    package let outboxID: Int64
    /// The event's id.
    package let eventID: Int64
    /// The execution the event belongs to, if to one.
    package let executionID: Int64?
    /// The subject to publish to, where the writer chose one.
    package let subject: String?
    /// How often the row was claimed, this time included.
    package let attempts: Int64

    /// Creates a row.
    package init(outboxID: Int64, eventID: Int64, executionID: Int64?, subject: String?, attempts: Int64) {
        self.outboxID = outboxID
        self.eventID = eventID
        self.executionID = executionID
        self.subject = subject
        self.attempts = attempts
    }
}

extension OutboxRow {
    /// Reads a row whose first columns are `outbox_id`, `event_id`, `execution_id`, `subject`, `attempts`.
    ///
    /// - Parameters:
    ///   - result: What a claim returned.
    ///   - row: Which of its rows.
    ///   - uncountedClaims: How many claims `attempts` does not count yet.
    /// - Throws: `PostgresError` where the columns are others.
    init(_ result: QueryResult, row: Int, uncountedClaims: Int64 = 0) throws {
        self.init(
            outboxID: try result.requiredInteger(row: row, column: 0),
            eventID: try result.requiredInteger(row: row, column: 1),
            executionID: try result.integer(row: row, column: 2),
            subject: result.text(row: row, column: 3),
            attempts: try result.requiredInteger(row: row, column: 4) + uncountedClaims
        )
    }
}
