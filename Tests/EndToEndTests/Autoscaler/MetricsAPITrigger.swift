import AsyncHTTPClient
import NIOCore
import NIOHTTP1

/// KEDA's `metrics-api`: one number of a JSON document, behind a Bearer token.
struct MetricsAPITrigger: Trigger {
    /// An answer that is none.
    struct Failure: Error {
        let status: Int
    }

    let url: String
    var token: String
    let target: Double
    var activation = 0.0

    func read() async throws -> TriggerReading {
        var request = HTTPClientRequest(url: self.url)
        request.headers.add(name: "Authorization", value: "Bearer \(self.token)")
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(60))
        let body = String(buffer: try await response.body.collect(upTo: 65_536))
        let number = body.firstMatch(of: /"pending":(\d+)/).flatMap { Double($0.output.1) }
        guard response.status == .ok, let value = number else { throw Failure(status: Int(response.status.code)) }
        return TriggerReading(
            isActive: value > self.activation,
            metrics: [.init(value: value, target: self.target)]
        )
    }

    func listen(_ push: @escaping @Sendable () async -> Void) async throws {}
}
