import HTTPTypes
import InMemoryLogging
import Logging
import Metrics
import TestSupport
import Testing

@testable import InternalAPI
@testable import ServiceRuntime

@Suite(.scratchDatabase)
struct ObserverTests {
    @Test func `requests are timed by route, method and status`() async throws {
        let registry = PrometheusCollectorRegistry()
        try await withMetricsFactory(PrometheusMetricsFactory(registry: registry)) {
            try await API.with { api in
                _ = try await api.claim()
                _ = try await api.claim("[]")
                _ = try await api.send(.put, Endpoint.claim.path)
                _ = try await api.send(.get, "/some/path")
            }
        }
        var text: [UInt8] = []
        registry.emit(into: &text)
        let lines = String(decoding: text, as: UTF8.self).split(separator: "\n")
        for labels in [
            (Endpoint.claim.path, "POST", "200"), (Endpoint.claim.path, "POST", "422"),
            (Endpoint.claim.path, "other", "405"), ("none", "other", "404"),
        ] {
            let found = lines.contains { line in
                line.hasPrefix("http_server_request_duration_seconds_count{") && line.hasSuffix(" 1")
                    && line.contains(#"route="\#(labels.0)""#) && line.contains(#"method="\#(labels.1)""#)
                    && line.contains(#"status="\#(labels.2)""#)
            }
            #expect(found, "\(labels)")
        }
    }

    @Test func `requests to the API are logged, those of probes are not`() async throws {
        let handler = InMemoryLogHandler()
        let logger = Logger(label: "test") { _ in handler }
        try await API.with(logger: logger) { api in
            _ = try await api.claim()
            _ = try await api.send(.get, "/livez")
            _ = try await api.send(.get, "/readyz")
        }
        let answered = handler.entries.filter { $0.message == "Answered" && $0.level >= .info }
        #expect(answered.count == 1)
        #expect(answered.first?.metadata["url.path"] == "\(Endpoint.claim.path)")
        #expect(answered.first?.metadata["http.response.status_code"] == "200")
        #expect(answered.first?.metadata["request.id"] != nil)
        let changes = handler.entries.filter { $0.message == "Dependency is up" }
        #expect(changes.count == 1)
    }
}
