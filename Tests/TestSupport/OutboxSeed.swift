package import Postgres

/// A row to put into `noetl.outbox`; by default one that is due.
package struct OutboxSeed: Sendable {
    /// The execution, if any.
    package var execution: Int64?
    /// The event; unique within its execution.
    package var event: Int64
    /// The subject, if any.
    package var subject: String?
    /// The payload as JSON.
    package var payload = "{}"
    /// `PENDING`, `IN_FLIGHT`, `PUBLISHED` or `FAILED`.
    package var status = "PENDING"
    /// How often it was tried.
    package var attempts: Int64 = 0
    /// Seconds from now until it is due; negative is past, `infinity` is parked.
    package var dueIn: Double = -1
    /// How many seconds ago it was locked, if ever.
    package var lockedAgo: Double?

    /// Describes a row.
    package init(
        execution: Int64? = nil,
        event: Int64,
        subject: String? = nil,
        payload: String = "{}",
        status: String = "PENDING",
        attempts: Int64 = 0,
        dueIn: Double = -1,
        lockedAgo: Double? = nil
    ) {
        self.execution = execution
        self.event = event
        self.subject = subject
        self.payload = payload
        self.status = status
        self.attempts = attempts
        self.dueIn = dueIn
        self.lockedAgo = lockedAgo
    }

    private var parameters: [PostgresParameter] {
        [
            .integer(self.execution), .integer(self.event), .text(self.subject), .text(self.payload),
            .text(self.status), .integer(self.attempts), .double(self.dueIn), .double(self.lockedAgo),
        ]
    }

    // Far enough in the past that a transaction which began before does not find the row in its future.
    private static let insert: Statement = """
        INSERT INTO noetl.outbox (
            execution_id, event_id, subject, payload, status, attempts, available_at, locked_at, created_at, updated_at
        )
        VALUES (
            $1, $2, $3, $4::jsonb, $5, $6,
            CASE WHEN $7 = 'infinity' THEN 'infinity' ELSE now() + make_interval(secs => $7) END,
            now() - make_interval(secs => $8),
            now() - interval '1 hour',
            now() - interval '1 hour'
        )
        RETURNING outbox_id
        """
}

extension OutboxSeed {
    /// Inserts rows in order and returns their keys.
    @discardableResult
    package static func insert(_ seeds: [OutboxSeed], on connection: PostgresConnection) async throws -> [Int64] {
        let results = try await connection.run(seeds.map { Step(Self.insert, $0.parameters) })
        return try results.map { try $0.requiredInteger(row: 0, column: 0) }
    }

    /// Begins transactions that write a row each and brings them to where their deferred triggers have run: of those who
    /// commit at once.
    ///
    /// - Parameters:
    ///   - count: How many.
    ///   - last: The last event that there is.
    /// - Returns: Their connections, in the order in which they came there.
    /// - Throws: `PostgresError`.
    package static func beginCommits(_ count: Int, after last: Int = 0) async throws -> [PostgresConnection] {
        var writers: [PostgresConnection] = []
        for event in last + 1...last + count {
            let writer = try await ScratchDatabase.connect()
            try await writer.query("BEGIN")
            try await self.insert([OutboxSeed(event: Int64(event))], on: writer)
            try await writer.query("SET CONSTRAINTS ALL IMMEDIATE")
            writers.append(writer)
        }
        return writers
    }
}
