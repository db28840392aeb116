import ServiceRuntime
import Testing

@testable import InternalAPI

struct ConnectionCountTests {
    @Test func `the gauge follows connections that come and go at once`() async {
        let registry = PrometheusCollectorRegistry()
        let connections = ConnectionCount(factory: PrometheusMetricsFactory(registry: registry))
        func gauge() -> Substring? {
            var text: [UInt8] = []
            registry.emit(into: &text)
            let name = "noetl_internal_api_connections "
            return String(decoding: text, as: UTF8.self).split(separator: "\n").first { $0.hasPrefix(name) }?
                .dropFirst(name.count)
        }
        for _ in 0..<1000 {
            await withDiscardingTaskGroup { group in
                for _ in 0..<4 { group.addTask { _ = connections.add() } }
            }
            #expect(gauge() == "4.0")
            await withDiscardingTaskGroup { group in
                for _ in 0..<4 { group.addTask { connections.remove() } }
            }
            #expect(gauge() == "0.0")
        }
        // Its gauge goes with it.
        withExtendedLifetime(connections) {}
    }
}
