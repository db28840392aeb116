import ServiceRuntime
import Testing

@Suite
struct PrometheusTextTests {
    let registry = PrometheusCollectorRegistry()

    @Test
    func `a page has the exact text of the format`() {
        self.registry.makeGauge(name: "queue_depth", labels: [("queue", "b"), ("host", "x")]).set(to: 2.5)
        self.registry.makeGauge(name: "queue_depth", labels: [("queue", "a"), ("host", "x")]).set(to: -1)
        self.registry.makeCounter(name: "jobs_total", help: "Jobs done.").increment(by: Int64(3))
        let histogram = self.registry.makeDurationHistogram(
            name: "job_seconds",
            labels: [("kind", "index")],
            buckets: [.milliseconds(100), .seconds(1)],
            help: "Time of a job."
        )
        histogram.observe(.milliseconds(250))
        histogram.observe(.seconds(2))

        #expect(
            self.registry.text == """
                # HELP job_seconds Time of a job.
                # TYPE job_seconds histogram
                job_seconds_bucket{kind="index",le="0.1"} 0
                job_seconds_bucket{kind="index",le="1.0"} 1
                job_seconds_bucket{kind="index",le="+Inf"} 2
                job_seconds_sum{kind="index"} 2.25
                job_seconds_count{kind="index"} 2
                # HELP jobs_total Jobs done.
                # TYPE jobs_total counter
                jobs_total 3
                # TYPE queue_depth gauge
                queue_depth{host="x",queue="a"} -1.0
                queue_depth{host="x",queue="b"} 2.5

                """
        )
    }

    @Test
    func `a new registry shows that nothing conflicted`() {
        #expect(
            String(decoding: self.registry.page, as: UTF8.self) == """
                # HELP prometheus_registration_conflicts_total \
                Metrics registered under a name that another type or other buckets already had.
                # TYPE prometheus_registration_conflicts_total counter
                prometheus_registration_conflicts_total 0

                """
        )
    }

    @Test
    func `emitting appends and leaves what is there`() {
        var buffer = Array("# before\n".utf8)
        self.registry.emit(into: &buffer)
        #expect(buffer.starts(with: Array("# before\n# HELP".utf8)))
    }

    @Test
    func `label values and help are escaped`() throws {
        let value = "back\\slash \"quote\"\nline, } é \\n"
        let gauge = self.registry.makeGauge(name: "a", labels: [("b", value)], help: "say \"hi\"\nand \\o/")
        gauge.set(to: 1)

        #expect(
            self.registry.text == #"""
                # HELP a say "hi"\nand \\o/
                # TYPE a gauge
                a{b="back\\slash \"quote\"\nline, } é \\n"} 1.0

                """#
        )
        let exposition = try self.registry.exposition
        #expect(exposition.value("a", ["b": value]) == 1)
        #expect(exposition.family("a")?.help == "say \"hi\"\nand \\o/")
    }

    @Test(arguments: [
        (Double.infinity, "+Inf"), (-.infinity, "-Inf"), (.nan, "NaN"), (0, "0.0"), (0.1, "0.1"), (-2.5, "-2.5"),
        (1e-7, "1e-07"), (1e300, "1e+300"), (9_007_199_254_740_992, "9007199254740992.0"),
    ])
    func `a number is written so that it reads back`(value: Double, text: String) {
        self.registry.makeGauge(name: "a").set(to: value)
        #expect(self.registry.text == "# TYPE a gauge\na \(text)\n")
    }

    @Test
    func `the order does not depend on the order of registration`() {
        let names = ["b", "a", "c", "a_b", "B"]
        let other = PrometheusCollectorRegistry()
        for name in names {
            for label in 0..<20 {
                _ = self.registry.makeCounter(name: name, labels: [("n", String(label))])
            }
        }
        for name in names.reversed() {
            for label in (0..<20).reversed() {
                _ = other.makeCounter(name: name, labels: [("n", String(label))])
            }
        }
        #expect(self.registry.page == other.page)
    }
}
