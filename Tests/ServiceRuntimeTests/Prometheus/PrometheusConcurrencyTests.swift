import ServiceRuntime
import Testing

@Suite(.timeLimit(.minutes(10)))
struct PrometheusConcurrencyTests {
    let registry = PrometheusCollectorRegistry()

    @Test
    func `no update is lost among many tasks`() async throws {
        let counter = self.registry.makeCounter(name: "whole")
        let fractions = self.registry.makeCounter(name: "fraction")
        let gauge = self.registry.makeGauge(name: "gauge")
        let histogram = self.registry.makeValueHistogram(name: "histogram", buckets: [1, 2])
        let total = await Self.hammer(rounds: 50_000) {
            counter.increment()
            fractions.increment(by: 0.5)
            gauge.increment(by: 3)
            gauge.decrement(by: 2)
            histogram.observe(1.5)
        }
        let exposition = try self.registry.exposition
        #expect(exposition.value("whole") == total)
        #expect(exposition.value("fraction") == total / 2)
        #expect(exposition.value("gauge") == total)
        #expect(exposition.value("histogram_bucket", ["le": "1.0"]) == 0)
        #expect(exposition.value("histogram_bucket", ["le": "2.0"]) == total)
        #expect(exposition.value("histogram_count") == total)
        #expect(exposition.value("histogram_sum") == total * 1.5)
    }

    @Test
    func `tasks that register the same name share one collector`() async throws {
        let registry = self.registry
        let total = await Self.hammer(rounds: 1000) {
            registry.makeCounter(name: "counter", labels: [("a", "b")]).increment()
            registry.makeDurationHistogram(name: "histogram", buckets: [.seconds(1)]).observe(.seconds(1))
        }
        #expect(try registry.exposition.value("counter", ["a": "b"]) == total)
        #expect(try registry.exposition.value("histogram_count") == total)
    }

    @Test
    func `a page is well-formed while collectors come, count and go`() async throws {
        let registry = self.registry
        try await withThrowingDiscardingTaskGroup { group in
            for task in 0..<4 {
                group.addTask { @concurrent in
                    for round in 0..<200 {
                        let labels = [("task", String(task)), ("round", String(round % 7))]
                        let counter = registry.makeCounter(name: "counter", labels: labels)
                        counter.increment()
                        let histogram = registry.makeDurationHistogram(
                            name: "histogram",
                            labels: labels,
                            buckets: [.milliseconds(1), .milliseconds(100)]
                        )
                        histogram.observe(.milliseconds(round))
                        if round % 5 == 0 {
                            registry.unregisterCounter(counter)
                        }
                        if round % 11 == 0 {
                            registry.unregisterDurationHistogram(histogram)
                        }
                    }
                }
            }
            for _ in 0..<2 {
                group.addTask { @concurrent in
                    for _ in 0..<20 {
                        _ = try registry.exposition
                    }
                }
            }
        }
        #expect(try registry.conflictCount == 0)
    }

    /// Runs `body` this many times in each of eight tasks at once, and returns how often that was in all.
    private static func hammer(rounds: Int, _ body: @escaping @Sendable () -> Void) async -> Double {
        let tasks = 8
        await withDiscardingTaskGroup { group in
            for _ in 0..<tasks {
                group.addTask { @concurrent in
                    for _ in 0..<rounds { body() }
                }
            }
        }
        return Double(tasks * rounds)
    }
}
