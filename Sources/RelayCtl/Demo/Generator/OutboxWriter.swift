import Postgres

/// One connection of the pretended workflow engine: commits transactions at a steady pace.
struct OutboxWriter: Sendable {
    private let connection: PostgresConnection
    private let ledger: EventLedger

    /// Creates a writer.
    ///
    /// - Parameters:
    ///   - connection: Its connection, used by nobody else.
    ///   - ledger: Told of each commit.
    init(_ connection: PostgresConnection, ledger: EventLedger) {
        self.connection = connection
        self.ledger = ledger
    }

    /// Commits all transactions of a weaver.
    ///
    /// What falls behind the pace is made up for as fast as the database allows.
    ///
    /// - Parameters:
    ///   - weaver: What to commit.
    ///   - rate: Events a second.
    ///   - start: When the first is due.
    /// - Throws: `PostgresError`, `CancellationError`.
    func run(_ weaver: ExecutionWeaver, rate: Double, start: ContinuousClock.Instant) async throws {
        var weaver = weaver
        var committed = 0
        while let events = weaver.next() {
            let due = start + .seconds(Double(committed) / rate)
            if due > .now { try await Task.sleep(until: due, clock: .continuous) }
            try await self.commit(events)
            committed += events.count
        }
    }

    private func commit(_ events: [GeneratedEvent]) async throws {
        let steps = events.map { event in
            Step(
                Self.insert,
                [.integer(event.key.executionID), .integer(event.key.eventID), .utf8(event.envelope)]
            )
        }
        self.ledger.begin(events.first?.key.executionID)
        // Steps that are run together are one transaction and one round trip, COMMIT included.
        let sentAt = ContinuousClock.now
        try await self.connection.run(steps)
        self.ledger.commit(events.map(\.key), sentAt: sentAt, returnedAt: .now)
    }

    private static let insert: Statement = """
        INSERT INTO noetl.outbox (execution_id, event_id, payload, payload_codec)
        VALUES ($1, $2, $3::jsonb, 'json')
        """
}
