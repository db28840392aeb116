import Metrics
import Synchronization

/// A number that only grows, until the process ends or somebody resets it.
///
/// Updates are lock-free and may come from any thread. Whole amounts are kept apart from fractions, so that counting by
/// ones stays exact beyond 2^53.
package final class PrometheusCounter: PrometheusCollector, CounterHandler, FloatingPointCounterHandler {
    static var type: PrometheusMetricType { .counter }

    let name: String
    let labels: PrometheusLabels

    private let whole = Atomic<UInt64>(0)
    private let fraction = AtomicDouble(0)

    init(name: String, labels: PrometheusLabels) {
        self.name = name
        self.labels = labels
    }

    /// Adds one.
    package func increment() {
        self.increment(by: Int64(1))
    }

    /// Adds a whole amount; zero and negative amounts are ignored, because a counter must not fall.
    package func increment(by amount: Int64) {
        guard amount > 0 else { return }
        self.whole.wrappingAdd(UInt64(amount), ordering: .relaxed)
    }

    /// Adds an amount; NaN, infinities, zero and negative amounts are ignored.
    package func increment(by amount: Double) {
        guard amount > 0, amount.isFinite else { return }
        if let whole = Int64(exactly: amount) {
            self.increment(by: whole)
        } else {
            self.fraction.add(amount)
        }
    }

    /// Starts again at zero.
    ///
    /// Amounts that other threads add at the same moment may be lost.
    package func reset() {
        self.whole.store(0, ordering: .relaxed)
        self.fraction.store(0)
    }

    func write(into buffer: inout [UInt8]) {
        let whole = self.whole.load(ordering: .relaxed)
        let fraction = self.fraction.load()
        let value = fraction == 0 ? String(whole) : (Double(whole) + fraction).prometheusText
        buffer.appendSample(name: self.name, labels: self.labels.text, value: value)
    }
}
