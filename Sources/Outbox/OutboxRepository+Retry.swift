import Postgres

// What operators do about parked rows: let them go again.
extension OutboxRepository {
    /// Which parked rows are meant.
    package enum ParkedSelection: Hashable, Sendable {
        /// These.
        case rows([Int64])
        /// Those of an execution.
        case execution(Int64)
        /// All.
        case all
    }

    /// How many rows are changed in one statement.
    private static let retryBatch: Int64 = 5000

    /// Makes parked rows due, with all their attempts before them, and wakes the publishers.
    ///
    /// Their last error stays until they are published. Rows that are not parked are left as they are.
    ///
    /// - Parameter selection: Which.
    /// - Returns: How many rows go again.
    /// - Throws: `PostgresError`; what was changed by then stays changed.
    package func retryParked(_ selection: ParkedSelection) async throws -> Int {
        var total = 0
        while true {
            let changed = try await self.connection.query(Self.retryParked, Self.parameters(of: selection)).affectedRows
            total += changed
            if changed < Self.retryBatch { break }
        }
        if total > 0 { try await self.connection.query("SELECT pg_notify('noetl_outbox', '')") }
        return total
    }

    private static func parameters(of selection: ParkedSelection) -> [PostgresParameter] {
        switch selection {
        case .rows(let ids): [.array(PostgresArray(ids)), .integer(nil), .boolean(false), .integer(Self.retryBatch)]
        case .execution(let id): [.array(PostgresArray([])), .integer(id), .boolean(false), .integer(Self.retryBatch)]
        case .all: [.array(PostgresArray([])), .integer(nil), .boolean(true), .integer(Self.retryBatch)]
        }
    }

    // FOR UPDATE without SKIP LOCKED: a row that somebody else unparks is waited for, found to be parked no more and left.
    private static let retryParked: Statement = """
        UPDATE noetl.outbox
        SET available_at = now(),
            attempts = 0,
            updated_at = now()
        WHERE outbox_id IN (
            SELECT outbox_id
            FROM noetl.outbox
            WHERE \(Condition.parked)
                AND ($3 OR execution_id = $2 OR outbox_id = ANY($1))
            ORDER BY outbox_id
            LIMIT $4
            FOR UPDATE
        )
        """
}
