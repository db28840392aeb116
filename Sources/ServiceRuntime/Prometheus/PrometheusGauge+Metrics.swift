import Metrics

extension PrometheusGauge: MeterHandler {
    /// Replaces the value; beyond 2^53 it is rounded.
    package func set(_ value: Int64) {
        self.set(to: Double(value))
    }

    /// Replaces the value.
    package func set(_ value: Double) {
        self.set(to: value)
    }
}

extension PrometheusGauge: RecorderHandler {
    /// Replaces the value; beyond 2^53 it is rounded.
    package func record(_ value: Int64) {
        self.set(to: Double(value))
    }

    /// Replaces the value.
    package func record(_ value: Double) {
        self.set(to: value)
    }
}
