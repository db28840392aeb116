/// Where swift-metrics meets Prometheus.
///
/// | swift-metrics | Prometheus | name |
/// | --- | --- | --- |
/// | `Counter`, `FloatingPointCounter` | counter | ends in `_total`, added if missing |
/// | `Meter`, `Gauge`, `Recorder(aggregate: false)` | gauge | as given |
/// | `Recorder(aggregate: true)` | histogram | as given |
/// | `Timer` | histogram, in seconds | ends in `_seconds`, added if missing |
///
/// Names and dimension names are made legal: `outbox.published` becomes `outbox_published_total`. The display unit that a
/// timer prefers is ignored. What does not fit is treated as ``PrometheusCollectorRegistry`` says.
///
/// Two swift-metrics objects of the same label and dimensions share one collector, and destroying either removes it for
/// both.
package struct PrometheusMetricsFactory: Sendable {
    /// Where the collectors are kept.
    package var registry: PrometheusCollectorRegistry

    /// Buckets of timers that need their own, by the label given to `Timer`, before it is made legal.
    package var durationHistogramBuckets: [String: [Duration]] = [:]

    /// Buckets of all other timers; a spread from 0.1 ms to 60 s unless set.
    package var defaultDurationHistogramBuckets: [Duration] = [
        .microseconds(100), .microseconds(250), .microseconds(500),
        .milliseconds(1), .microseconds(2500), .milliseconds(5),
        .milliseconds(10), .milliseconds(25), .milliseconds(50),
        .milliseconds(100), .milliseconds(250), .milliseconds(500),
        .seconds(1), .milliseconds(2500), .seconds(5),
        .seconds(10), .seconds(30), .seconds(60),
    ]

    /// Buckets of aggregating recorders that need their own, by the label given to `Recorder`, before it is made legal.
    package var valueHistogramBuckets: [String: [Double]] = [:]

    /// Buckets of all other aggregating recorders; a spread from 1 to a million unless set.
    package var defaultValueHistogramBuckets: [Double] = [
        1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 100_000, 1_000_000,
    ]

    /// Creates a factory whose collectors live in `registry`.
    package init(registry: PrometheusCollectorRegistry) {
        self.registry = registry
    }
}
