import EventLog
import Foundation
import Logging
import Metrics
import ServiceRuntime
import Testing

@testable import InternalAPI
@testable import OutboxPublisher
@testable import Projector

struct TelemetryPageTests {
    /// The families that the services make, with their type, as they are served.
    private var families: [String: String] {
        let registry = PrometheusCollectorRegistry()
        let factory = PrometheusMetricsFactory(registry: registry)
        let publisher = PublisherMetrics(stream: "S", factory: factory)
        let projector = ProjectorMetrics(stream: "S", consumer: "C", factory: factory)
        let dependency = Dependency("postgres", logger: Logger(label: "tests"), factory: factory)
        let connections = ConnectionCount(factory: factory)
        let request = Timer(label: "http.server.request.duration", factory: factory)
        var text: [UInt8] = []
        withExtendedLifetime((publisher, projector, dependency, connections, request)) {
            registry.emit(into: &text)
            ProcessCollector().emit(into: &text)
        }
        let types = String(decoding: text, as: UTF8.self).split(separator: "\n").filter { $0.hasPrefix("# TYPE ") }
        return Dictionary(
            uniqueKeysWithValues: types.map { line in
                let words = line.split(separator: " ")
                return (String(words[2]), String(words[3]))
            }
        )
    }

    @Test func `docs/telemetry.md lists what the services serve, and nothing else`() throws {
        let rows = try Page("telemetry.md").text.matches(of: /(?m)^\| `([a-z_]+)` \| (counter|gauge|histogram) \|/)
        let listed = Dictionary(uniqueKeysWithValues: rows.map { (String($0.output.1), String($0.output.2)) })
        #expect(listed == self.families)
    }
}
