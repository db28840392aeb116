/// Moves messages of the stream into `noetl.event`.
struct ProjectMeasurement: Measurement {
    static let name = "project"
    static let summary = "projector rate, CPU and memory, against a bare C projector and raw SQL"

    func figures(_ bench: Bench) async throws -> [Figure] {
        let rows = bench.size.rows
        try await Self.fillStream(bench, rows)
        let project = try await bench.interleave { round in
            try await Self.projectAnew(bench, rows, consumer: "ours-\(round)")
        } limit: { round in
            try await Self.project(bench, rows, consumer: "bare-\(round)") {
                try bench.programs.limit("project", ["count": "\(rows)", "consumer": $0])
            }
        }
        var inserts: [Usage] = []
        for _ in 0..<bench.size.rounds {
            try await bench.database.reset()
            inserts.append(try await bench.programs.limit("insert", ["count": "\(rows)"]).usage())
        }
        let rates = project.ours.map { Double(rows) / $0.seconds }
        let hundredThousands = Double(rows) / 100_000
        return [
            Figure(
                "project.rate",
                "projector",
                unit: "events/s",
                rates,
                limit: project.limit.map { Double(rows) / $0.seconds },
                goal: .ratio(1)
            ),
            Figure(
                "project.raw-sql",
                "… against raw SQL",
                unit: "events/s",
                rates,
                limit: inserts.map { Double(rows) / $0.seconds }
            ),
            Figure(
                "project.cpu",
                "projector, CPU",
                unit: "s/100k",
                project.ours.map { $0.processorSeconds / hundredThousands },
                limit: project.limit.map { $0.processorSeconds / hundredThousands }
            ),
            Figure(
                "project.memory",
                "projector, peak memory",
                unit: "MiB",
                project.ours.map(\.peakMiB),
                limit: project.limit.map(\.peakMiB),
                goal: .atMost(40)
            ),
        ]
    }

    /// Fills the stream and projects it.
    static func project(_ bench: Bench, _ rows: Int) async throws -> Usage {
        try await self.fillStream(bench, rows)
        return try await self.projectAnew(bench, rows, consumer: "ours")
    }

    private static func fillStream(_ bench: Bench, _ rows: Int) async throws {
        try await bench.broker.reset()
        _ = try await bench.programs.limit("publish", ["count": "\(rows)"]).usage()
    }

    /// Projects the whole stream with the projector.
    private static func projectAnew(_ bench: Bench, _ rows: Int, consumer: String) async throws -> Usage {
        try await self.project(bench, rows, consumer: consumer) {
            try bench.programs.service("projector", ["NOETL_PROJECTOR_NATS_CONSUMER": $0]).process
        }
    }

    /// Runs a projector until everything is acknowledged, which its `seconds` are, and stops it.
    private static func project(
        _ bench: Bench,
        _ rows: Int,
        consumer: String,
        _ start: (String) throws -> ChildProcess
    ) async throws -> Usage {
        try await bench.database.reset()
        let begin = ContinuousClock.now
        return try await withProcess {
            try start(consumer)
        } _: { process in
            try await bench.broker.waitForAcknowledgements(rows, by: consumer)
            let seconds = (ContinuousClock.now - begin) / .seconds(1)
            // The bare one ends by itself, with status 0 only if it is left to.
            let usage = try await consumer.hasPrefix("bare") ? process.usage() : process.stop()
            let events = try await bench.database.events()
            guard events == rows else { throw BenchError("\(events) of \(rows) events were projected") }
            return Usage(seconds: seconds, processorSeconds: usage.processorSeconds, peakMiB: usage.peakMiB)
        }
    }
}
