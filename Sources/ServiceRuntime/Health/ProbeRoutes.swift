import HTTPTypes
package import Hummingbird
import RawJSON

/// The routes that Kubernetes and Prometheus ask: `/livez`, `/readyz` and `/metrics`.
///
/// They need no token.
package struct ProbeRoutes: Sendable {
    private let health: Health
    private let registry: PrometheusCollectorRegistry
    private let process = ProcessCollector()

    /// Creates the routes over a process's health and metrics.
    package init(health: Health, registry: PrometheusCollectorRegistry) {
        self.health = health
        self.registry = registry
    }

    /// Adds the routes to a router.
    package func add(to router: some RouterMethods<some RequestContext>) {
        router.get("/livez") { _, _ in self.answer(self.health.livenessFaults) }
        router.get("/readyz") { _, _ in self.answer(self.health.readinessFaults) }
        router.get("/metrics") { _, _ in self.metrics() }
    }

    private func answer(_ faults: [(name: String, fault: String)]) -> Response {
        var json = JSONWriter()
        json.object { json in
            json.key("status")
            json.string(faults.isEmpty ? "ok" : "unavailable")
            for (name, fault) in faults {
                json.key(name)
                json.string(fault)
            }
        }
        return Response(
            status: faults.isEmpty ? .ok : .serviceUnavailable,
            headers: [.contentType: "application/json"],
            body: .init(byteBuffer: ByteBuffer(bytes: json.bytes))
        )
    }

    private func metrics() -> Response {
        var text: [UInt8] = []
        self.registry.emit(into: &text)
        self.process.emit(into: &text)
        return Response(
            status: .ok,
            headers: [.contentType: "text/plain; version=0.0.4; charset=utf-8"],
            body: .init(byteBuffer: ByteBuffer(bytes: text))
        )
    }
}
