/// Drains a long backlog.
struct MemoryMeasurement: Measurement {
    static let name = "memory"
    static let summary = "peak memory of the publisher while it drains a million rows"

    func figures(_ bench: Bench) async throws -> [Figure] {
        let usage = try await DrainMeasurement.drain(bench, bench.size.memoryRows)
        return [
            Figure(
                "memory.publisher",
                "peak memory, \(bench.size.memoryRows.grouped) rows",
                unit: "MiB",
                [usage.peakMiB],
                goal: .atMost(40)
            )
        ]
    }
}
