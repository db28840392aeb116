import ServiceRuntime
import Testing

@Suite
struct PrometheusCollectorTests {
    let registry = PrometheusCollectorRegistry()

    @Test
    func `a counter counts whole amounts exactly beyond 2 to the 53`() {
        let counter = self.registry.makeCounter(name: "a")
        counter.increment(by: Int64(1) << 53)
        counter.increment()
        counter.increment(by: 2.0)
        #expect(self.registry.text == "# TYPE a counter\na 9007199254740995\n")
    }

    @Test
    func `a counter adds fractions to whole amounts`() throws {
        let counter = self.registry.makeCounter(name: "a")
        counter.increment(by: 0.25)
        counter.increment(by: Int64(2))
        counter.increment(by: 0.5)
        #expect(try self.registry.exposition.value("a") == 2.75)
    }

    @Test
    func `a counter never falls and takes numbers only`() throws {
        let counter = self.registry.makeCounter(name: "a")
        counter.increment()
        for amount in [-1, 0, -.infinity, .infinity, .nan] as [Double] {
            counter.increment(by: amount)
        }
        counter.increment(by: Int64(-5))
        counter.increment(by: Int64.min)
        #expect(try self.registry.exposition.value("a") == 1)
    }

    @Test
    func `a counter that overflows starts again instead of trapping`() throws {
        let counter = self.registry.makeCounter(name: "a")
        for _ in 0..<2 {
            counter.increment(by: Int64.max)
        }
        counter.increment(by: Int64(5))
        #expect(try self.registry.exposition.value("a") == 3)
    }

    @Test
    func `a reset counter starts again at zero`() throws {
        let counter = self.registry.makeCounter(name: "a")
        counter.increment(by: 1.5)
        counter.increment()
        counter.reset()
        #expect(try self.registry.exposition.value("a") == 0)
    }

    @Test
    func `a gauge goes up and down`() throws {
        let gauge = self.registry.makeGauge(name: "a")
        gauge.set(to: 10)
        gauge.increment()
        gauge.increment(by: 2.5)
        gauge.decrement()
        gauge.decrement(by: 0.5)
        #expect(try self.registry.exposition.value("a") == 12)
    }

    @Test
    func `a bucket includes its bound`() throws {
        let histogram = self.registry.makeValueHistogram(name: "a", buckets: [-1, 0, 10])
        for value in [-1, (-1.0).nextUp, 0, 10, 10.0.nextUp] {
            histogram.observe(value)
        }
        let exposition = try self.registry.exposition
        #expect(exposition.value("a_bucket", ["le": "-1.0"]) == 1)
        #expect(exposition.value("a_bucket", ["le": "0.0"]) == 3)
        #expect(exposition.value("a_bucket", ["le": "10.0"]) == 4)
        #expect(exposition.value("a_bucket", ["le": "+Inf"]) == 5)
        #expect(exposition.value("a_count") == 5)
    }

    @Test
    func `a bucket of durations is exact to the nanosecond`() throws {
        let histogram = self.registry.makeDurationHistogram(name: "a", buckets: [.microseconds(100), .seconds(60)])
        histogram.observe(.microseconds(100))
        histogram.observe(.nanoseconds(100_001))
        histogram.observe(.seconds(60))
        histogram.observe(.nanoseconds(60_000_000_001))
        let exposition = try self.registry.exposition
        #expect(exposition.value("a_bucket", ["le": "0.0001"]) == 1)
        #expect(exposition.value("a_bucket", ["le": "60.0"]) == 3)
        #expect(exposition.value("a_bucket", ["le": "+Inf"]) == 4)
        #expect(exposition.value("a_sum") == 120.000200002)
    }

    @Test
    func `the largest durations do not trap`() throws {
        let histogram = self.registry.makeDurationHistogram(name: "a", buckets: [.seconds(Int64.max)])
        for _ in 0..<100 {
            histogram.observe(.seconds(Int64.max))
            histogram.observe(.seconds(1e20))
        }
        #expect(try self.registry.exposition.value("a_count") == 200)
    }

    @Test
    func `NaN is no observation and an infinity is one`() throws {
        let histogram = self.registry.makeValueHistogram(name: "a", buckets: [1])
        histogram.observe(.nan)
        #expect(try self.registry.exposition.value("a_count") == 0)
        #expect(try self.registry.exposition.value("a_sum") == 0)
        histogram.observe(-.infinity)
        #expect(try self.registry.exposition.value("a_bucket", ["le": "1.0"]) == 1)
        #expect(try self.registry.exposition.value("a_sum") == -.infinity)
        histogram.observe(.infinity)
        #expect(try self.registry.exposition.value("a_count") == 2)
        #expect(try self.registry.exposition.value("a_sum")?.isNaN == true)
    }

    @Test
    func `bounds are sorted and the useless ones dropped`() throws {
        _ = self.registry.makeValueHistogram(name: "a", buckets: [5, .nan, 1, .infinity, 5, -.infinity])
        let bounds = try #require(self.registry.exposition.family("a")).samples.compactMap { $0.labels["le"] }
        #expect(bounds == ["1.0", "5.0", "+Inf"])
    }

    @Test
    func `a histogram without bounds still counts`() throws {
        self.registry.makeDurationHistogram(name: "a", buckets: []).observe(.seconds(3))
        #expect(try self.registry.exposition.value("a_bucket", ["le": "+Inf"]) == 1)
        #expect(try self.registry.exposition.value("a_sum") == 3)
    }
}
