import ServiceRuntime
import Testing

@Suite
struct PrometheusRegistrationTests {
    let registry = PrometheusCollectorRegistry()

    @Test
    func `the same name and labels give the same collector`() {
        let first = self.registry.makeCounter(name: "a", labels: [("x", "1"), ("y", "2")])
        #expect(self.registry.makeCounter(name: "a", labels: [("y", "2"), ("x", "1")]) === first)
        #expect(self.registry.makeCounter(name: "a", labels: [("x", "1"), ("y", "3")]) !== first)
        #expect(self.registry.makeCounter(name: "a") !== first)
        #expect(self.registry.makeCounter(name: "b", labels: [("x", "1"), ("y", "2")]) !== first)
    }

    @Test
    func `label values are told apart by their bytes`() throws {
        self.registry.makeGauge(name: "a", labels: [("x", "\u{E9}")]).set(to: 1)
        self.registry.makeGauge(name: "a", labels: [("x", "e\u{301}")]).set(to: 2)
        #expect(self.registry.text.contains("a{x=\"\u{E9}\"} 1.0\n"))
        #expect(self.registry.text.contains("a{x=\"e\u{301}\"} 2.0\n"))
    }

    @Test
    func `another type under a known name is detached and counted`() throws {
        self.registry.makeCounter(name: "a").increment()
        let gauge = self.registry.makeGauge(name: "a", labels: [("x", "1")])
        gauge.set(to: 7)
        self.registry.makeValueHistogram(name: "a", buckets: [1]).observe(1)
        #expect(self.registry.text == "# TYPE a counter\na 1\n")
        #expect(try self.registry.conflictCount == 2)

        self.registry.unregisterGauge(gauge)
        #expect(self.registry.text == "# TYPE a counter\na 1\n")
    }

    @Test
    func `duration and value histograms do not mix`() throws {
        _ = self.registry.makeDurationHistogram(name: "a", buckets: [.seconds(1)])
        _ = self.registry.makeValueHistogram(name: "a", labels: [("x", "1")], buckets: [1])
        #expect(try self.registry.exposition.family("a")?.samples.count == 4)
        #expect(try self.registry.conflictCount == 1)
    }

    @Test
    func `a family keeps its first buckets`() throws {
        self.registry.makeValueHistogram(name: "a", labels: [("x", "1")], buckets: [1, 2]).observe(1)
        self.registry.makeValueHistogram(name: "a", labels: [("x", "1")], buckets: [2, 1]).observe(1)
        #expect(try self.registry.conflictCount == 0)
        self.registry.makeValueHistogram(name: "a", labels: [("x", "2")], buckets: [50]).observe(2)
        self.registry.makeValueHistogram(name: "a", labels: [("x", "1")], buckets: [50]).observe(2)
        let exposition = try self.registry.exposition
        #expect(exposition.value("a_bucket", ["x": "1", "le": "2.0"]) == 3)
        #expect(exposition.value("a_bucket", ["x": "2", "le": "2.0"]) == 1)
        #expect(try self.registry.conflictCount == 2)
    }

    @Test(arguments: ["a_bucket", "a_sum", "a_count"])
    func `samples of a histogram and another family never share a name`(name: String) throws {
        self.registry.makeGauge(name: name).set(to: 1)
        self.registry.makeValueHistogram(name: "a", buckets: [1]).observe(1)
        #expect(self.registry.text == "# TYPE \(name) gauge\n\(name) 1.0\n")
        #expect(try self.registry.conflictCount == 1)

        let other = PrometheusCollectorRegistry()
        _ = other.makeValueHistogram(name: "a", buckets: [1])
        other.makeGauge(name: name).set(to: 1)
        #expect(try other.exposition.family(name) == nil)
        #expect(try other.conflictCount == 1)
    }

    @Test
    func `a name that only looks like a sample of a histogram is free`() throws {
        _ = self.registry.makeGauge(name: "a")
        _ = self.registry.makeGauge(name: "a_count")
        _ = self.registry.makeGauge(name: "_sum")
        #expect(try self.registry.conflictCount == 0)
    }

    @Test
    func `an unregistered collector is gone and its name free for another type`() throws {
        let first = self.registry.makeCounter(name: "a", labels: [("x", "1")])
        let second = self.registry.makeCounter(name: "a", labels: [("x", "2")])
        self.registry.unregisterCounter(first)
        #expect(self.registry.text == "# TYPE a counter\na{x=\"2\"} 0\n")
        self.registry.unregisterCounter(second)
        #expect(self.registry.text == "")

        let histogram = self.registry.makeValueHistogram(name: "a", buckets: [])
        self.registry.unregisterValueHistogram(histogram)
        self.registry.makeGauge(name: "a").set(to: 1)
        #expect(try self.registry.exposition.value("a") == 1)
        #expect(try self.registry.conflictCount == 0)
    }

    @Test
    func `unregistering twice leaves the successor alone`() {
        let first = self.registry.makeCounter(name: "a")
        self.registry.unregisterCounter(first)
        let second = self.registry.makeCounter(name: "a")
        self.registry.unregisterCounter(first)
        second.increment()
        first.increment()
        #expect(self.registry.text == "# TYPE a counter\na 1\n")
    }

    @Test
    func `the first help that says something counts`() throws {
        _ = self.registry.makeCounter(name: "a")
        _ = self.registry.makeCounter(name: "a", help: "First.")
        _ = self.registry.makeCounter(name: "a", labels: [("x", "1")], help: "Second.")
        #expect(try self.registry.exposition.family("a")?.help == "First.")
    }
}
