/// Moves the first rows of ever longer backlogs, and rows beside ever more that are kept.
struct GrowthMeasurement: Measurement {
    static let name = "growth"
    static let summary = "publisher rate over the length of the backlog and over retained rows"

    func figures(_ bench: Bench) async throws -> [Figure] {
        try await self.backlog(bench) + self.retained(bench)
    }

    private func backlog(_ bench: Bench) async throws -> [Figure] {
        var figures: [Figure] = []
        try await bench.database.reset()
        var table = OutboxTable(bench)
        for backlog in bench.size.backlogs {
            try await table.fill(pending: backlog)
            try await bench.database.settle()
            let rows = min(backlog, bench.size.rows / 2)
            var rates: (ours: [Double], limit: [Double]) = ([], [])
            for round in 0..<bench.size.rounds {
                for isOurs in [round % 2 == 0, round % 2 == 1] {
                    try await table.fill(pending: backlog)
                    try await bench.database.checkpoint()
                    let rate = try await Self.rate(bench, rows) {
                        try isOurs ? bench.programs.service("outbox-publisher").process : bench.programs.limit("relay")
                    }
                    if isOurs { rates.ours.append(rate) } else { rates.limit.append(rate) }
                }
            }
            figures.append(
                Figure(
                    "growth.backlog.\(backlog)",
                    "publisher, \(backlog.grouped) rows wait",
                    unit: "rows/s",
                    rates.ours,
                    limit: rates.limit
                )
            )
        }
        return figures + Self.cost("growth.backlog", "cost of a row, longest backlog", figures)
    }

    private func retained(_ bench: Bench) async throws -> [Figure] {
        var figures: [Figure] = []
        try await bench.database.reset()
        var table = OutboxTable(bench)
        let rows = bench.size.rows / 2
        for retained in bench.size.retained {
            try await table.fill(published: retained)
            try await bench.database.settle()
            var rates: [Double] = []
            for _ in 0..<bench.size.rounds {
                try await table.fill(pending: rows)
                try await bench.database.checkpoint()
                rates.append(
                    try await Self.rate(bench, rows) { try bench.programs.service("outbox-publisher").process }
                )
            }
            figures.append(
                Figure("growth.retained.\(retained)", "publisher, \(retained.grouped) rows kept", unit: "rows/s", rates)
            )
        }
        return figures + Self.cost("growth.retained", "cost of a row, most rows kept", figures)
    }

    /// The rate of the first `rows` rows, the start of the process not counted.
    private static func rate(_ bench: Bench, _ rows: Int, _ start: () throws -> ChildProcess) async throws -> Double {
        try await bench.broker.reset()
        return try await withProcess(start) { _ in
            try await bench.broker.waitForMessages(1)
            let begin = ContinuousClock.now
            let before = try await bench.broker.messages()
            try await bench.broker.waitForMessages(rows)
            return Double(rows - before) / ((ContinuousClock.now - begin) / .seconds(1))
        }
    }

    /// The cost of a row in the last step, as a multiple of that in the first.
    private static func cost(_ name: String, _ title: String, _ figures: [Figure]) -> [Figure] {
        guard let fewest = figures.first, let most = figures.last else { return [] }
        return [
            Figure(
                "\(name).cost",
                title,
                unit: "×",
                zip(fewest.values, most.values).map { $0 / $1 },
                goal: .atMost(1.2)
            )
        ]
    }
}

/// `noetl.outbox` as it grows.
private struct OutboxTable {
    private let database: Database
    private var rows = 0

    init(_ bench: Bench) {
        self.database = bench.database
    }

    mutating func fill(pending count: Int) async throws {
        try await self.fill("PENDING", count)
    }

    mutating func fill(published count: Int) async throws {
        try await self.fill("PUBLISHED", count)
    }

    /// Adds as many rows of a status as are missing.
    private mutating func fill(_ status: String, _ count: Int) async throws {
        try await self.database.waitUntilAlone()
        let missing = max(0, count - (try await self.database.rows(status)))
        try await self.database.addRows(missing, first: self.rows + 1, status: status)
        self.rows += missing
    }
}
