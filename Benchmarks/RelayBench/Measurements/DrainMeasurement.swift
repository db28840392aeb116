/// Moves a backlog from `noetl.outbox` to the stream.
struct DrainMeasurement: Measurement {
    static let name = "drain"
    static let summary = "publisher drain rate, CPU and memory, against a bare C relay, raw SQL and raw publishing"

    func figures(_ bench: Bench) async throws -> [Figure] {
        let rows = bench.size.rows
        let relay = try await bench.interleave { _ in
            try await Self.drain(bench, rows)
        } limit: { _ in
            try await Self.bareDrain(bench, rows)
        }
        let raw = try await bench.interleave { _ in
            try await Self.bareClaim(bench, rows)
        } limit: { _ in
            try await Self.barePublish(bench, rows)
        }
        let rates = relay.ours.map { Double(rows) / $0.seconds }
        let hundredThousands = Double(rows) / 100_000
        return [
            Figure(
                "drain.rate",
                "publisher, drain",
                unit: "rows/s",
                rates,
                limit: relay.limit.map { Double(rows) / $0.seconds },
                goal: .ratio(1)
            ),
            Figure(
                "drain.raw-sql",
                "… against raw SQL",
                unit: "rows/s",
                rates,
                limit: raw.ours.map { Double(rows) / $0.seconds }
            ),
            Figure(
                "drain.raw-publish",
                "… against raw publishing",
                unit: "rows/s",
                rates,
                limit: raw.limit.map { Double(rows) / $0.seconds }
            ),
            Figure(
                "drain.cpu",
                "publisher, CPU",
                unit: "s/100k",
                relay.ours.map { $0.processorSeconds / hundredThousands },
                limit: relay.limit.map { $0.processorSeconds / hundredThousands },
                goal: .atMost(0.7)
            ),
            Figure(
                "drain.memory",
                "publisher, peak memory",
                unit: "MiB",
                relay.ours.map(\.peakMiB),
                limit: relay.limit.map(\.peakMiB),
                goal: .atMost(40)
            ),
        ]
    }

    /// Drains with the publisher.
    static func drain(_ bench: Bench, _ rows: Int) async throws -> Usage {
        try await self.prepare(bench, rows)
        let usage = try await withProcess {
            try bench.programs.service("outbox-publisher", ["NOETL_OUTBOX_PUBLISHER_ONCE": "true"]).process
        } _: {
            try await $0.usage()
        }
        try await self.check(bench, rows)
        guard try await bench.broker.messages() == rows else {
            throw BenchError("the stream does not hold \(rows) messages")
        }
        return usage
    }

    private static func bareDrain(_ bench: Bench, _ rows: Int) async throws -> Usage {
        try await self.prepare(bench, rows)
        let usage = try await withProcess {
            try bench.programs.limit("relay")
        } _: {
            try await $0.usage()
        }
        try await self.check(bench, rows)
        return usage
    }

    private static func bareClaim(_ bench: Bench, _ rows: Int) async throws -> Usage {
        try await self.prepare(bench, rows)
        let usage = try await withProcess {
            try bench.programs.limit("claim")
        } _: {
            try await $0.usage()
        }
        try await self.check(bench, rows)
        return usage
    }

    private static func barePublish(_ bench: Bench, _ rows: Int) async throws -> Usage {
        try await bench.broker.reset()
        return try await withProcess {
            try bench.programs.limit("publish", ["count": "\(rows)"])
        } _: {
            try await $0.usage()
        }
    }

    private static func prepare(_ bench: Bench, _ rows: Int) async throws {
        try await bench.database.reset()
        try await bench.broker.reset()
        try await bench.database.addRows(rows)
        try await bench.database.settle()
    }

    private static func check(_ bench: Bench, _ rows: Int) async throws {
        let published = try await bench.database.rows("PUBLISHED")
        guard published == rows else { throw BenchError("\(published) of \(rows) rows were published") }
    }
}
