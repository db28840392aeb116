import Postgres

/// Sees events appear in `noetl.event`.
///
/// Every few milliseconds it looks up, by primary key, the events that were committed longest ago and are still
/// awaited: a few index probes, no scan, nothing in the way of the projector. What it finds appeared since it looked
/// last, so that an instant is late by ``pause`` and the time of a query at most.
struct EventWatch: Sendable {
    /// The pause between two looks.
    static let pause = Duration.milliseconds(2)

    private static let limit = 500

    private let connection: PostgresConnection
    private let ledger: EventLedger

    /// Connects.
    ///
    /// - Throws: `PostgresError`.
    init(_ database: PostgresConfiguration, ledger: EventLedger) async throws {
        self.connection = try await PostgresConnection.connect(database, logger: .quiet)
        self.ledger = ledger
        // Nobody has analyzed the table yet, and the planner would take scanning an empty one for cheap.
        try await self.connection.run(
            script: "SET enable_hashjoin = off; SET enable_mergejoin = off; SET enable_seqscan = off; SET jit = off"
        )
    }

    /// Tells the ledger of each event until cancelled.
    ///
    /// - Throws: `PostgresError`, `CancellationError`.
    func run() async throws {
        while true {
            let awaited = self.ledger.unprojected(limit: Self.limit)
            let found = try await self.find(awaited)
            self.ledger.project(found, at: .now)
            // Where all were there, more may be.
            if found.count < Self.limit { try await Task.sleep(for: Self.pause) }
        }
    }

    private func find(_ keys: [EventKey]) async throws -> [EventKey] {
        guard !keys.isEmpty else { return [] }
        let result = try await self.connection.query(
            Self.find,
            [.array(PostgresArray(keys.map(\.executionID))), .array(PostgresArray(keys.map(\.eventID)))]
        )
        return try result.eventKeys()
    }

    private static let find: Statement = """
        SELECT e.execution_id, e.event_id
        FROM unnest($1, $2) AS awaited (execution_id, event_id)
        JOIN noetl.event AS e USING (execution_id, event_id)
        """
}
