import InMemoryLogging
import Logging
import Metrics
import ServiceRuntime
import Testing

struct DependencyTests {
    private struct Away: Error, CustomStringConvertible {
        let description: String
    }

    private let handler = InMemoryLogHandler()
    private let registry = PrometheusCollectorRegistry()

    private func makeDependency() -> Dependency {
        let handler = self.handler
        return Dependency(
            "postgres",
            logger: Logger(label: "tests") { _ in handler },
            factory: PrometheusMetricsFactory(registry: self.registry)
        )
    }

    private var page: String {
        var text: [UInt8] = []
        self.registry.emit(into: &text)
        return String(decoding: text, as: UTF8.self)
    }

    @Test func `a dependency nobody has reported is not there`() {
        let dependency = self.makeDependency()
        #expect(!dependency.isUp)
        #expect(dependency.fault == "not reached yet")
        #expect(self.page.contains("noetl_relay_dependency_up{dependency=\"postgres\"} 0.0"))
    }

    @Test func `a change is logged once, and the gauge follows it`() {
        let dependency = self.makeDependency()
        for _ in 0..<3 { dependency.reportDown(Away(description: "refused")) }
        #expect(dependency.fault == "refused")
        for _ in 0..<3 { dependency.reportUp() }
        #expect(dependency.isUp)
        #expect(self.page.contains("noetl_relay_dependency_up{dependency=\"postgres\"} 1.0"))
        dependency.reportDown(Away(description: "lost"))
        dependency.reportDown(Away(description: "refused"))
        #expect(dependency.fault == "refused")
        #expect(self.handler.entries.map(\.level) == [.warning, .info, .warning])
    }

    @Test func `of changes at once the last is also told last`() async {
        let dependency = self.makeDependency()
        await withDiscardingTaskGroup { group in
            for reporter in 0..<4 {
                group.addTask {
                    for _ in 0..<2000 {
                        if reporter.isMultiple(of: 2) {
                            dependency.reportUp()
                        } else {
                            dependency.reportDown(Away(description: "refused"))
                        }
                    }
                }
            }
        }
        let levels = self.handler.entries.map(\.level)
        #expect(zip(levels, levels.dropFirst()).allSatisfy { $0 != $1 })
        #expect(levels.last == (dependency.isUp ? .info : .warning))
        let value = dependency.isUp ? "1.0" : "0.0"
        #expect(self.page.contains("noetl_relay_dependency_up{dependency=\"postgres\"} \(value)"))
    }

    @Test func `those who reach it do not speak for one who does not, and nothing is said twice`() {
        let dependency = self.makeDependency()
        dependency.reportUp(by: "worker-1")
        for _ in 0..<3 {
            dependency.reportDown(Away(description: "refused"), by: "worker-0")
            dependency.reportUp(by: "worker-1")
        }
        #expect(dependency.fault == "refused")
        #expect(self.page.contains("noetl_relay_dependency_up{dependency=\"postgres\"} 0.0"))
        dependency.reportUp(by: "worker-0")
        #expect(dependency.isUp)
        #expect(self.handler.entries.map(\.level) == [.info, .warning, .info])
    }
}
