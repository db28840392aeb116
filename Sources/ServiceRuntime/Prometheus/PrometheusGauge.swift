/// A number that goes up and down.
///
/// Updates are lock-free and may come from any thread. NaN and infinities are kept and shown as they are.
package final class PrometheusGauge: PrometheusCollector {
    static var type: PrometheusMetricType { .gauge }

    let name: String
    let labels: PrometheusLabels

    private let value = AtomicDouble(0)

    init(name: String, labels: PrometheusLabels) {
        self.name = name
        self.labels = labels
    }

    /// Replaces the value.
    package func set(to value: Double) {
        self.value.store(value)
    }

    /// Adds to the value.
    package func increment(by amount: Double = 1) {
        self.value.add(amount)
    }

    /// Subtracts from the value.
    package func decrement(by amount: Double = 1) {
        self.value.add(-amount)
    }

    func write(into buffer: inout [UInt8]) {
        buffer.appendSample(name: self.name, labels: self.labels.text, value: self.value.load().prometheusText)
    }
}
