import Metrics

// Both handler protocols refine this one, so neither conditional conformance may bring it along.
extension PrometheusHistogram: _SwiftMetricsSendableProtocol {}

extension PrometheusHistogram: TimerHandler where Value == Duration {
    /// Counts one duration; a negative one, as a clock that was set back gives, counts as zero.
    package func recordNanoseconds(_ duration: Int64) {
        self.observe(.nanoseconds(max(duration, 0)))
    }
}

extension PrometheusHistogram: RecorderHandler where Value == Double {
    /// Counts one value; beyond 2^53 it is rounded.
    package func record(_ value: Int64) {
        self.observe(Double(value))
    }

    /// Counts one value; NaN is ignored.
    package func record(_ value: Double) {
        self.observe(value)
    }
}
