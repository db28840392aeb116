import NIOHTTP1
import Postgres
import Waiting

/// Polls the number of pending rows as autoscalers do.
struct PendingCountMeasurement: Measurement {
    static let name = "pending-count"
    static let summary = "pending-count under pollers over the number of rows, against one count in SQL"

    /// How long a poller pauses, with some chance, so that pollers do not march in step.
    private static let pauseMilliseconds = 50..<150

    func figures(_ bench: Bench) async throws -> [Figure] {
        var figures: [Figure] = []
        try await bench.database.reset()
        var rows = 0
        for backlog in bench.size.backlogs {
            try await bench.database.addRows(backlog - rows, first: rows + 1)
            rows = backlog
            try await bench.database.settle()
            let counts = try await Self.bareCounts(bench)
            for pollers in bench.size.pollers {
                figures += try await Self.poll(bench, rows, pollers, counts)
            }
        }
        return figures
    }

    private static func poll(_ bench: Bench, _ rows: Int, _ pollers: Int, _ counts: [Double]) async throws -> [Figure] {
        let (service, url) = try bench.programs.service("internal-api")
        return try await withProcess {
            service
        } _: { _ in
            try await APIClient.with(url) { client in
                try await client.waitUntilReady()
                try await client.call(.GET, "/api/internal/outbox/pending-count")
                try await bench.database.forgetStatements()
                let latencies = try await Self.poll(client, pollers: pollers, seconds: bench.size.idleSeconds / 2)
                let asked = try await bench.database.statements(like: "%noetl.outbox%")
                let isGoal = rows == 1_000_000 && pollers == 100
                let title = "\(rows.grouped) rows, \(pollers) pollers"
                return [
                    Figure(
                        "pending-count.\(rows).\(pollers).p99",
                        "pending-count p99, \(title)",
                        unit: "ms",
                        [latencies.milliseconds(99)],
                        limit: [Spread(counts)?.median ?? 0],
                        goal: isGoal ? .atMost(50) : nil
                    ),
                    Figure(
                        "pending-count.\(rows).\(pollers).statements",
                        "counts in SQL, \(title)",
                        unit: "1/s",
                        [Double(asked) / (bench.size.idleSeconds / 2)],
                        goal: isGoal ? .atMost(1.1) : nil
                    ),
                ]
            }
        }
    }

    private static func poll(_ client: APIClient, pollers: Int, seconds: Double) async throws -> Latencies {
        let end = ContinuousClock.now + .seconds(seconds)
        return try await withThrowingTaskGroup(of: [Duration].self) { group in
            for _ in 0..<pollers { group.addTask { try await Self.poll(client, until: end) } }
            return try await group.reduce(into: Latencies()) { latencies, times in
                for time in times { latencies.record(time, interval: .milliseconds(100)) }
            }
        }
    }

    /// Polls, and returns how long each answer took.
    private static func poll(_ client: APIClient, until end: ContinuousClock.Instant) async throws -> [Duration] {
        var times: [Duration] = []
        while ContinuousClock.now < end {
            try await Task.sleep(for: .milliseconds(Int.random(in: Self.pauseMilliseconds)))
            let start = ContinuousClock.now
            try await client.call(.GET, "/api/internal/outbox/pending-count")
            times.append(ContinuousClock.now - start)
        }
        return times
    }

    /// How many milliseconds the count takes in SQL.
    private static func bareCounts(_ bench: Bench) async throws -> [Double] {
        var times: [Double] = []
        for _ in 0..<bench.size.rounds {
            let start = ContinuousClock.now
            try await bench.database.connection.query(
                """
                SELECT count(*)
                FROM noetl.outbox
                WHERE status IN ('PENDING', 'FAILED') AND available_at < 'infinity' AND available_at <= now()
                """,
                deadline: .after(.seconds(600))
            )
            times.append((ContinuousClock.now - start) / .milliseconds(1))
        }
        return times
    }
}
