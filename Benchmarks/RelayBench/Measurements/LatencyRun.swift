import JetStream
import Postgres
import RawJSON
import Synchronization

/// Writers that commit at a steady pace, and a subscriber or a look at `noetl.event`.
final class LatencyRun: Sendable {
    /// Up to where is measured.
    enum End: Sendable {
        case subscriber, event
    }

    private static let writers = 8
    /// An event is seen in `noetl.event` so much too late at most, and the time of a query.
    private static let look = Duration.milliseconds(1)

    private struct Row {
        var committed: ContinuousClock.Instant?
        var arrived: ContinuousClock.Instant?
    }

    private let load: Int
    private let end: End
    private let writers: [PostgresConnection]
    private let watch: PostgresConnection
    private let subscriber: NATSConnection
    private let rows = Mutex<[Row]>([])
    private let firstMeasured = Mutex(0)
    private let seconds = Mutex(0.0)

    init(_ bench: Bench, load: Int, end: End) async throws {
        self.load = load
        self.end = end
        var writers: [PostgresConnection] = []
        for _ in 0..<Self.writers { writers.append(try await Database.connect(bench.database.uri)) }
        self.writers = writers
        self.watch = try await Database.connect(bench.database.uri)
        // Nobody has analyzed the table yet, and the planner would take scanning an empty one for cheap.
        try await self.watch.run(
            script: "SET enable_hashjoin = off; SET enable_mergejoin = off; SET enable_seqscan = off; SET jit = off"
        )
        self.subscriber = try await NATSConnection.connect(NATSConfiguration(url: bench.broker.url, name: "subscriber"))
        guard end == .subscriber else { return }
        let messages = try await self.subscriber.subscribe(to: "\(Programs.prefix).>")
        try await self.subscriber.flush()
        Task { for await message in messages { self.receive(message) } }
    }

    /// How many rows were committed.
    var count: Int { self.rows.withLock(\.count) }

    /// Does not count what was committed so far.
    func forget() {
        self.firstMeasured.withLock { $0 = self.count }
    }

    /// Commits for some time.
    func commit(seconds: Double) async throws {
        let first = self.count
        let count = Int(Double(self.load) * seconds)
        self.rows.withLock { $0 += Array(repeating: Row(), count: count) }
        let start = ContinuousClock.now
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (number, connection) in self.writers.enumerated() {
                group.addTask {
                    for place in stride(from: number, to: count, by: Self.writers) {
                        let due = start + .seconds(Double(place) / Double(self.load))
                        if due > .now { try await Task.sleep(until: due, clock: .continuous) }
                        try await connection.query(Self.insert, [.integer(Int64(first + place + 1))])
                        let now = ContinuousClock.now
                        self.rows.withLock { $0[first + place].committed = now }
                    }
                }
            }
            if self.end == .event { group.addTask { try await self.watchEvents(first..<first + count) } }
            try await group.waitForAll()
        }
        self.seconds.withLock { $0 = (ContinuousClock.now - start) / .seconds(1) }
    }

    /// What was measured, once everything has arrived.
    func arrivals() async throws -> Arrivals {
        let first = self.firstMeasured.withLock { $0 }
        while self.rows.withLock({ $0[first...].contains { $0.arrived == nil } }) {
            try await Task.sleep(for: .milliseconds(5))
        }
        for writer in self.writers { await writer.close() }
        await self.watch.close()
        await self.subscriber.close()
        let rows = self.rows.withLock { Array($0[first...]) }
        let interval = Duration.seconds(1) / self.load
        var latencies = Latencies()
        for row in rows {
            guard let committed = row.committed, let arrived = row.arrived else {
                throw BenchError("a row did not arrive")
            }
            latencies.record(arrived - committed, interval: interval)
        }
        return Arrivals(latencies: latencies, rate: Double(rows.count) / self.seconds.withLock { $0 })
    }

    private func receive(_ message: SubscribedMessage) {
        guard let document = try? JSONDocument(parsing: message.body, indexingDepth: 1),
            let event = try? document.root["event_id"]?.lenientInteger()
        else { return }
        self.rows.withLock { rows in
            guard rows.indices.contains(Int(event) - 1) else { return }
            rows[Int(event) - 1].arrived = rows[Int(event) - 1].arrived ?? message.receivedAt
        }
    }

    /// Looks up those that are still awaited, until none is: a few index probes, no scan.
    private func watchEvents(_ range: Range<Int>) async throws {
        var next = range.lowerBound
        while true {
            let awaited = self.rows.withLock { rows in
                while next < range.upperBound, rows[next].arrived != nil { next += 1 }
                return rows[next..<min(next + 500, range.upperBound)].indices.filter { rows[$0].arrived == nil }
            }
            if next == range.upperBound { return }
            let found = try await self.watch.query(
                Self.find,
                [.array(PostgresArray(awaited.map { Int64($0 + 1) }))]
            )
            let now = ContinuousClock.now
            let places = try (0..<found.rowCount).map { Int(try found.requiredInteger(row: $0, column: 0)) - 1 }
            self.rows.withLock { rows in for place in places { rows[place].arrived = now } }
            if places.isEmpty { try await Task.sleep(for: Self.look) }
        }
    }

    private static let insert = Statement(
        """
        INSERT INTO noetl.outbox (execution_id, event_id, payload, payload_codec)
        SELECT \(Database.execution), g, \(Database.envelope), 'json'
        FROM (VALUES ($1::bigint)) AS given (g)
        """
    )

    private static let find = Statement(
        """
        SELECT e.event_id
        FROM unnest($1::bigint[]) AS given (g)
        JOIN noetl.event AS e ON e.execution_id = \(Database.execution) AND e.event_id = g
        """
    )
}
