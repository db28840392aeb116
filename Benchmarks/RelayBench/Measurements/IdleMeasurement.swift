/// Lets the publisher do nothing.
struct IdleMeasurement: Measurement {
    static let name = "idle"
    static let summary = "statements a second and CPU of an idle publisher"

    func figures(_ bench: Bench) async throws -> [Figure] {
        try await bench.database.reset()
        try await bench.broker.reset()
        let seconds = bench.size.idleSeconds
        let (statements, usage) = try await withProcess {
            try bench.programs.service("outbox-publisher").process
        } _: { process in
            // Beyond what it asks when it starts.
            try await Task.sleep(for: .seconds(2))
            try await bench.database.forgetStatements()
            try await Task.sleep(for: .seconds(seconds))
            let statements = try await bench.database.statements()
            return (statements, try await process.stop())
        }
        return [
            Figure(
                "idle.statements",
                "idle publisher, statements",
                unit: "1/s",
                [Double(statements) / seconds],
                goal: .atMost(2)
            ),
            Figure(
                "idle.cpu",
                "idle publisher, CPU",
                unit: "ms/s",
                [usage.processorSeconds * 1000 / usage.seconds]
            ),
        ]
    }
}
