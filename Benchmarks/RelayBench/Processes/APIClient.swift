import AsyncHTTPClient
import NIOCore
import NIOHTTP1

/// Calls internal-api as a playbook or an autoscaler does.
struct APIClient: Sendable {
    private let client: HTTPClient
    private let url: String

    /// Lends a client that opens a connection for each caller, and returns once its service is ready.
    static func with<Result>(_ url: String, _ body: (APIClient) async throws -> Result) async throws -> Result {
        var configuration = HTTPClient.Configuration()
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 256
        let client = HTTPClient(configuration: configuration)
        do {
            let result = try await body(APIClient(client: client, url: url))
            try await client.shutdown()
            return result
        } catch {
            try await client.shutdown()
            throw error
        }
    }

    /// Returns once the service is ready.
    func waitUntilReady() async throws {
        while (try? await self.call(.GET, "/readyz")) == nil { try await Task.sleep(for: .milliseconds(5)) }
    }

    /// Calls a route.
    ///
    /// - Returns: The body of the answer.
    /// - Throws: ``BenchError`` for any status but 200.
    @discardableResult
    func call(_ method: HTTPMethod, _ path: String, _ body: ByteBuffer? = nil) async throws -> ByteBuffer {
        var request = HTTPClientRequest(url: self.url + path)
        request.method = method
        request.headers = ["Authorization": "Bearer \(Programs.token)"]
        if let body {
            request.headers.add(name: "Content-Type", value: "application/json")
            request.body = .bytes(body)
        }
        let response = try await self.client.execute(request, timeout: .seconds(60))
        let answer = try await response.body.collect(upTo: 1 << 28)
        guard response.status == .ok else {
            throw BenchError("\(path) answered \(response.status.code): \(String(buffer: answer).prefix(300))")
        }
        return answer
    }
}
