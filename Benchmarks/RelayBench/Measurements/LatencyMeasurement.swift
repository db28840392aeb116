/// Commits single rows at a steady pace, and sees them arrive.
struct LatencyMeasurement: Measurement {
    static let name = "latency"
    static let summary = "commit to subscriber and to noetl.event at several loads, against bare loops that listen"

    func figures(_ bench: Bench) async throws -> [Figure] {
        var figures: [Figure] = []
        for load in bench.size.loads {
            let arrivals = try await bench.interleave { _ in
                try await Self.run(
                    bench,
                    load,
                    consumer: "noetl-projector",
                    publisher: { try bench.programs.service("outbox-publisher").process },
                    projector: { try bench.programs.service("projector").process }
                )
            } limit: { _ in
                try await Self.run(
                    bench,
                    load,
                    consumer: "bare",
                    publisher: { try bench.programs.limit("relay", ["follow": "1", "threads": "1"]) },
                    projector: { try bench.programs.limit("project", ["consumer": "bare", "threads": "1"]) }
                )
            }
            figures += Self.figures(load, arrivals)
        }
        return figures
    }

    private static func figures(_ load: Int, _ arrivals: (ours: [Arrivals], limit: [Arrivals])) -> [Figure] {
        let hasGoal = load == 1_000
        let name = "latency.\(load)"
        let at = "at \(load.grouped)/s"
        func figure(_ path: String, _ title: String, _ goal: Goal?, _ value: (Arrivals) -> Double) -> Figure {
            Figure(
                "\(name).\(path)",
                "\(title), \(at)",
                unit: "ms",
                arrivals.ours.map(value),
                limit: arrivals.limit.map(value),
                goal: hasGoal ? goal : nil
            )
        }
        return [
            figure("subscriber.p50", "commit to subscriber, p50", .atMost(0.5)) { $0.subscriber.milliseconds(50) },
            figure("subscriber.p99", "commit to subscriber, p99", .atMost(3)) { $0.subscriber.milliseconds(99) },
            figure("event.p50", "commit to event, p50", nil) { $0.event.milliseconds(50) },
            figure("event.p99", "commit to event, p99", nil) { $0.event.milliseconds(99) },
            Figure("\(name).achieved", "commits, \(at)", unit: "1/s", arrivals.ours.map(\.rate)),
        ]
    }

    private static func run(
        _ bench: Bench,
        _ load: Int,
        consumer: String,
        publisher: () throws -> ChildProcess,
        projector: () throws -> ChildProcess
    ) async throws -> Arrivals {
        try await bench.database.reset()
        try await bench.broker.reset()
        return try await withProcess(publisher) { _ in
            try await withProcess(projector) { _ in
                let run = try await LatencyRun(bench, load: load)
                // What starts up, and the first statements of each connection, are not what is measured.
                try await run.commit(seconds: 0.5)
                try await bench.broker.waitForAcknowledgements(run.count, by: consumer)
                run.forget()
                try await run.commit(seconds: bench.size.loadSeconds)
                return try await run.arrivals()
            }
        }
    }
}
