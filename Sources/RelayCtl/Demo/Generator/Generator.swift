import Postgres

/// The pretended workflow engine: several connections that commit interleaved executions.
struct Generator: Sendable {
    /// How many connections commit.
    static let writers = 16
    /// How many executions each of them interleaves.
    private static let width = 3

    /// Where to commit.
    let database: PostgresConfiguration
    /// How many events to commit, over all connections.
    let events: Int
    /// How many events a second, over all connections.
    let rate: Int
    /// The catalog entry that events name.
    let catalogID: Int64
    /// Told of each commit.
    let ledger: EventLedger

    /// Commits exactly ``events`` events.
    ///
    /// - Throws: `PostgresError`, `CancellationError`.
    func run() async throws {
        // A random node keeps the ids apart from those of an engine that uses the same database.
        let node = Int64.random(in: SnowflakeSequence.nodes)
        var connections: [PostgresConnection] = []
        for _ in 0..<min(Self.writers, self.events) {
            connections.append(try await PostgresConnection.connect(self.database, logger: .quiet))
        }
        let rate = Double(self.rate) / Double(connections.count)
        let start = ContinuousClock.now
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (number, connection) in connections.enumerated() {
                let weaver = ExecutionWeaver(
                    events: self.share(of: number, among: connections.count),
                    width: Self.width,
                    catalogID: self.catalogID,
                    ids: SnowflakeSequence(node: node + Int64(number))
                )
                // The connections take turns instead of committing all at the same instants.
                let offset = Duration.seconds(Double(number) / Double(self.rate))
                let writer = OutboxWriter(connection, ledger: self.ledger)
                group.addTask {
                    try await writer.run(weaver, rate: rate, start: start + offset)
                    await connection.close()
                }
            }
            try await group.waitForAll()
        }
    }

    /// How many of the events one connection commits.
    private func share(of number: Int, among count: Int) -> Int {
        self.events / count + (number < self.events % count ? 1 : 0)
    }
}
