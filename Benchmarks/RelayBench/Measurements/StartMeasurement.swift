import AsyncHTTPClient
import NIOCore
import NIOHTTP1

/// Starts each service, with both servers there.
struct StartMeasurement: Measurement {
    static let name = "start"
    static let summary = "time from exec to ready of each service, against connecting to both servers in C"

    func figures(_ bench: Bench) async throws -> [Figure] {
        try await bench.database.reset()
        try await bench.broker.reset()
        var figures: [Figure] = []
        for service in ["outbox-publisher", "projector", "internal-api"] {
            let times = try await bench.interleave { _ in
                try await Self.timeToReady(bench, service)
            } limit: { _ in
                try await bench.programs.limit("connect", ["threads": "1"]).usage().seconds * 1000
            }
            figures.append(
                Figure(
                    "start.\(service)",
                    "start of \(service)",
                    unit: "ms",
                    times.ours,
                    limit: times.limit,
                    goal: .atMost(250)
                )
            )
        }
        return figures
    }

    private static func timeToReady(_ bench: Bench, _ service: String) async throws -> Double {
        let begin = ContinuousClock.now
        let (process, url) = try bench.programs.service(service)
        return try await withProcess {
            process
        } _: { _ in
            while try await !Self.isReady(url) { try await Task.sleep(for: .milliseconds(1)) }
            return (ContinuousClock.now - begin) / .milliseconds(1)
        }
    }

    private static func isReady(_ url: String) async throws -> Bool {
        let response = try? await HTTPClient.shared.execute(
            HTTPClientRequest(url: "\(url)/readyz"),
            timeout: .seconds(2)
        )
        try Task.checkCancellation()
        return response?.status.code == 200
    }
}
