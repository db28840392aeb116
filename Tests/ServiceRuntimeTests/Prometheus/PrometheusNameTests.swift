import Testing

@testable import ServiceRuntime

@Suite
struct PrometheusNameTests {
    @Test(arguments: [
        ("http.server-requests", "http_server_requests"), ("rule:rate5m", "rule:rate5m"), ("9lives", "_9lives"),
        ("größe in €", "gr__e_in__"), ("a\n# TYPE b", "a___TYPE_b"), ("", "_"), ("_ok_1", "_ok_1"), (".", "_"),
    ])
    func `a metric name is made legal`(name: String, legal: String) {
        #expect(PrometheusName.metric(name) == legal)
        #expect(PrometheusName.metric(legal) == legal)
    }

    @Test(arguments: [
        ("http.route", "http_route"), ("a:b", "a_b"), ("0", "_0"), ("", "_"), ("__name__", "_name__"), ("_a", "_a"),
        ("..a", "_a"), ("é", "_"), ("a\"b", "a_b"),
    ])
    func `a label name is made legal`(name: String, legal: String) {
        #expect(PrometheusName.label(name) == legal)
        #expect(PrometheusName.label(legal) == legal)
    }

    @Test
    func `labels that become equal are written once`() throws {
        let registry = PrometheusCollectorRegistry()
        registry.makeGauge(name: "a b", labels: [("x.y", "1"), ("x-y", "2"), ("x_y", "3")]).set(to: 1)
        #expect(registry.text == "# TYPE a_b gauge\na_b{x_y=\"1\"} 1.0\n")
    }

    @Test
    func `the label le belongs to the buckets`() throws {
        let registry = PrometheusCollectorRegistry()
        registry.makeValueHistogram(name: "a", labels: [("le", "5")], buckets: [1]).observe(1)
        #expect(try registry.exposition.value("a_bucket", ["exported_le": "5", "le": "1.0"]) == 1)
    }
}
