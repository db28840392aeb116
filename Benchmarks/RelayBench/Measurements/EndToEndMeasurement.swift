import Glibc

/// Moves a backlog from `noetl.outbox` into `noetl.event`, through both services at once.
struct EndToEndMeasurement: Measurement {
    static let name = "end-to-end"
    static let summary = "rate through publisher and projector together, against both bare loops together"

    func figures(_ bench: Bench) async throws -> [Figure] {
        let rows = bench.size.rows
        let seconds = try await bench.interleave { _ in
            try await Self.move(
                bench,
                rows,
                consumer: "noetl-projector",
                publisher: { try bench.programs.service("outbox-publisher").process },
                projector: { try bench.programs.service("projector").process }
            )
        } limit: { _ in
            try await Self.move(
                bench,
                rows,
                consumer: "bare",
                publisher: { try bench.programs.limit("relay") },
                projector: { try bench.programs.limit("project", ["consumer": "bare"]) }
            )
        }
        return [
            Figure(
                "end-to-end.rate",
                "outbox to event",
                unit: "rows/s",
                seconds.ours.map { Double(rows) / $0 },
                limit: seconds.limit.map { Double(rows) / $0 }
            )
        ]
    }

    private static func move(
        _ bench: Bench,
        _ rows: Int,
        consumer: String,
        publisher: () throws -> ChildProcess,
        projector: () throws -> ChildProcess
    ) async throws -> Double {
        try await bench.database.reset()
        try await bench.broker.reset()
        try await bench.database.addRows(rows)
        try await bench.database.settle()
        let start = ContinuousClock.now
        return try await withProcess(publisher) { _ in
            try await withProcess(projector) { _ in
                try await bench.broker.waitForAcknowledgements(rows, by: consumer)
                let seconds = (ContinuousClock.now - start) / .seconds(1)
                let events = try await bench.database.events()
                guard events == rows else { throw BenchError("\(events) of \(rows) events were projected") }
                return seconds
            }
        }
    }
}
