import Metrics
import ServiceRuntime
import Testing

@Suite
struct PrometheusMetricsFactoryTests {
    let registry = PrometheusCollectorRegistry()
    var factory: PrometheusMetricsFactory { PrometheusMetricsFactory(registry: self.registry) }

    @Test
    func `counters end in total`() {
        let dimensions = [("http.route", "/a")]
        Counter(label: "outbox.published", dimensions: dimensions, factory: self.factory).increment(by: 2)
        Counter(label: "outbox.published_total", dimensions: dimensions, factory: self.factory).increment()
        FloatingPointCounter(label: "cpu-time", factory: self.factory).increment(by: 0.5)
        #expect(
            self.registry.text == """
                # TYPE cpu_time_total counter
                cpu_time_total 0.5
                # TYPE outbox_published_total counter
                outbox_published_total{http_route="/a"} 3

                """
        )
    }

    @Test
    func `meters and plain recorders are gauges`() {
        let meter = Meter(label: "in.flight", factory: self.factory)
        meter.set(5)
        meter.increment(by: 1.5)
        meter.decrement()
        Gauge(label: "temperature", factory: self.factory).record(21.5)
        Recorder(label: "last.size", aggregate: false, factory: self.factory).record(7)
        #expect(
            self.registry.text == """
                # TYPE in_flight gauge
                in_flight 5.5
                # TYPE last_size gauge
                last_size 7.0
                # TYPE temperature gauge
                temperature 21.5

                """
        )
    }

    @Test
    func `aggregating recorders are histograms of values`() throws {
        let recorder = Recorder(label: "batch.size", factory: self.factory)
        recorder.record(3)
        recorder.record(4.5)
        let exposition = try self.registry.exposition
        #expect(exposition.family("batch_size")?.type == "histogram")
        #expect(exposition.value("batch_size_bucket", ["le": "2.0"]) == 0)
        #expect(exposition.value("batch_size_bucket", ["le": "5.0"]) == 2)
        #expect(exposition.value("batch_size_sum") == 7.5)
    }

    @Test
    func `timers are histograms in seconds`() throws {
        let timer = Timer(label: "publish.duration", preferredDisplayUnit: .milliseconds, factory: self.factory)
        timer.recordMilliseconds(250)
        timer.recordNanoseconds(1)
        timer.recordNanoseconds(-5)
        let exposition = try self.registry.exposition
        #expect(exposition.value("publish_duration_seconds_bucket", ["le": "0.0001"]) == 2)
        #expect(exposition.value("publish_duration_seconds_bucket", ["le": "0.25"]) == 3)
        #expect(exposition.value("publish_duration_seconds_sum") == 0.250000001)
        Timer(label: "poll_seconds", factory: self.factory).recordSeconds(1)
        #expect(try self.registry.exposition.value("poll_seconds_count") == 1)
    }

    @Test
    func `default buckets of timers reach from a tenth of a millisecond to a minute`() throws {
        _ = Timer(label: "a", factory: self.factory)
        let samples = try #require(self.registry.exposition.family("a_seconds")).samples
        let bounds = samples.compactMap { $0.labels["le"] }
        #expect(bounds.first == "0.0001")
        #expect(bounds.suffix(2) == ["60.0", "+Inf"])
        #expect(bounds.count == 19)
    }

    @Test
    func `buckets can be set by label and for the rest`() throws {
        var factory = self.factory
        factory.durationHistogramBuckets["a.time"] = [.seconds(3)]
        factory.defaultDurationHistogramBuckets = [.seconds(4)]
        factory.valueHistogramBuckets["a.size"] = [5]
        factory.defaultValueHistogramBuckets = [6]
        _ = Timer(label: "a.time", factory: factory)
        _ = Timer(label: "b.time", factory: factory)
        _ = Recorder(label: "a.size", factory: factory)
        _ = Recorder(label: "b.size", factory: factory)
        let exposition = try self.registry.exposition
        #expect(exposition.value("a_time_seconds_bucket", ["le": "3.0"]) == 0)
        #expect(exposition.value("b_time_seconds_bucket", ["le": "4.0"]) == 0)
        #expect(exposition.value("a_size_bucket", ["le": "5.0"]) == 0)
        #expect(exposition.value("b_size_bucket", ["le": "6.0"]) == 0)
        #expect(exposition.families.flatMap(\.samples).count == 1 + 4 * 4)
    }

    @Test
    func `destroyed metrics are gone`() throws {
        let counter = Counter(label: "a", factory: self.factory)
        let floating = FloatingPointCounter(label: "b", factory: self.factory)
        let meter = Meter(label: "c", factory: self.factory)
        let recorder = Recorder(label: "d", factory: self.factory)
        let gauge = Gauge(label: "e", factory: self.factory)
        let timer = Timer(label: "f", factory: self.factory)
        #expect(try self.registry.exposition.families.count == 7)
        counter.destroy()
        floating.destroy()
        meter.destroy()
        recorder.destroy()
        gauge.destroy()
        timer.destroy()
        #expect(self.registry.text == "")
    }

    @Test
    func `handlers of another factory are left alone`() throws {
        _ = Counter(label: "a", factory: self.factory)
        self.factory.destroyCounter(NOOPMetricsHandler.instance)
        self.factory.destroyTimer(NOOPMetricsHandler.instance)
        #expect(try self.registry.exposition.value("a_total") == 0)
    }

    @Test
    func `a label used for two kinds is a conflict and no crash`() throws {
        Meter(label: "a", factory: self.factory).set(1)
        Recorder(label: "a", factory: self.factory).record(2)
        #expect(self.registry.text == "# TYPE a gauge\na 1.0\n")
        #expect(try self.registry.conflictCount == 1)
    }

    @Test
    func `extreme numbers do not trap`() throws {
        Counter(label: "a", factory: self.factory).increment(by: Int64.max)
        Meter(label: "b", factory: self.factory).set(Int64.min)
        Recorder(label: "c", factory: self.factory).record(Double.nan)
        Timer(label: "d", factory: self.factory).recordNanoseconds(Int64.max)
        Timer(label: "d", factory: self.factory).recordSeconds(Int64.max)
        #expect(try self.registry.exposition.value("d_seconds_count") == 2)
    }
}
