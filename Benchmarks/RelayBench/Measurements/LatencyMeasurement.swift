/// Commits single rows at a steady pace, and sees them arrive.
struct LatencyMeasurement: Measurement {
    static let name = "latency"
    static let summary = "commit to subscriber and to noetl.event at several loads, against bare loops that listen"

    private static let writers = 8

    func figures(_ bench: Bench) async throws -> [Figure] {
        var figures: [Figure] = []
        for load in bench.size.loads {
            let subscriber = try await bench.interleave { _ in
                try await Self.run(bench, load, publisher: { try Self.service(bench, "outbox-publisher") })
            } limit: { _ in
                try await Self.run(bench, load, publisher: { try Self.bareRelay(bench) })
            }
            figures += Self.figures(load, "subscriber", subscriber, p50: .atMost(0.5), p99: .atMost(3))
            let event = try await bench.interleave { _ in
                try await Self.run(
                    bench,
                    load,
                    publisher: { try Self.service(bench, "outbox-publisher") },
                    projector: { try Self.service(bench, "projector") }
                )
            } limit: { _ in
                try await Self.run(
                    bench,
                    load,
                    publisher: { try Self.bareRelay(bench) },
                    projector: { try bench.programs.limit("project", ["consumer": "bare", "threads": "1"]) }
                )
            }
            figures += Self.figures(load, "event", event)
            figures.append(Self.commits(load, subscriber.ours))
        }
        return figures
    }

    private static func service(_ bench: Bench, _ name: String) throws -> ChildProcess {
        try bench.programs.service(name).process
    }

    private static func bareRelay(_ bench: Bench) throws -> ChildProcess {
        try bench.programs.limit("relay", ["follow": "1", "threads": "1"])
    }

    /// The goals are for 1,000 commits a second.
    private static func figures(
        _ load: Int,
        _ end: String,
        _ arrivals: (ours: [Arrivals], limit: [Arrivals]),
        p50: Goal? = nil,
        p99: Goal? = nil
    ) -> [Figure] {
        [(50.0, p50), (99, p99)].map { percentile, goal in
            let name = "p\(Int(percentile))"
            return Figure(
                "latency.\(load).\(end).\(name)",
                "commit to \(end), \(name), at \(load.grouped)/s",
                unit: "ms",
                arrivals.ours.map { $0.latencies.milliseconds(percentile) },
                limit: arrivals.limit.map { $0.latencies.milliseconds(percentile) },
                goal: load == 1_000 ? goal : nil
            )
        }
    }

    private static func commits(_ load: Int, _ arrivals: [Arrivals]) -> Figure {
        Figure(
            "latency.\(load).achieved",
            "commits, at \(load.grouped)/s",
            unit: "1/s",
            arrivals.map(\.rate)
        )
    }

    /// Measures up to the subscriber, or with a projector up to the event: a projector, and looking for events, would take
    /// the processor from what is measured up to the subscriber.
    private static func run(
        _ bench: Bench,
        _ load: Int,
        publisher: () throws -> ChildProcess,
        projector: (() throws -> ChildProcess)? = nil
    ) async throws -> Arrivals {
        try await bench.database.reset()
        try await bench.broker.reset()
        return try await withProcess(publisher) { _ in
            guard let projector else { return try await self.measure(bench, load) }
            return try await withProcess(projector) { _ in try await self.measure(bench, load, ["events": "1"]) }
        }
    }

    private static func measure(
        _ bench: Bench,
        _ load: Int,
        _ options: [String: String] = [:]
    ) async throws -> Arrivals {
        // The first half second's are not measured.
        let count = Int(Double(load) * (bench.size.loadSeconds + 0.5)) + 1
        let pace = ["rate": "\(load)", "count": "\(count)", "threads": "\(self.writers + 1)"]
        return try await withProcess {
            try bench.programs.limit("latency", pace.merging(options) { $1 })
        } _: { process in
            _ = try await process.usage()
            return try Arrivals(lines: process.output(), load: load)
        }
    }
}
