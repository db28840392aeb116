import Synchronization

/// A histogram of durations, exposed in seconds.
package typealias DurationHistogram = PrometheusHistogram<Duration>

/// A histogram of plain numbers.
package typealias ValueHistogram = PrometheusHistogram<Double>

/// Counts observations by size, in buckets that include their upper bound.
///
/// Observations may come from any thread. They take a lock for the time of two additions, which is what keeps the
/// buckets, the sum and the count of one scrape in agreement.
package final class PrometheusHistogram<Value: PrometheusBucketable>: PrometheusCollector {
    static var type: PrometheusMetricType { .histogram }

    let name: String
    let labels: PrometheusLabels

    /// The upper bounds, ascending and finite; the `+Inf` bucket comes on top.
    let bounds: [Value]

    private let state: Mutex<State>

    init(name: String, labels: PrometheusLabels, bounds: [Value]) {
        self.name = name
        self.labels = labels
        self.bounds = bounds
        self.state = Mutex(State(counts: Array(repeating: 0, count: bounds.count + 1), sum: 0))
    }

    /// Sorts `buckets` and drops what cannot be a bound: duplicates, NaN and the infinities.
    static func bounds(from buckets: [Value]) -> [Value] {
        buckets.filter(\.prometheusValue.isFinite).sorted()
            .reduce(into: []) { bounds, bound in
                if bounds.last != bound {
                    bounds.append(bound)
                }
            }
    }

    /// Counts one observation.
    ///
    /// NaN is ignored, as it fits no bucket and would spoil the sum for good. An infinity is counted and makes the sum
    /// infinite.
    package func observe(_ value: Value) {
        let number = value.prometheusValue
        guard !number.isNaN else { return }
        let bucket = self.bounds.firstIndex { value <= $0 } ?? self.bounds.count
        self.state.withLock { state in
            state.counts[bucket] &+= 1
            state.sum += number
        }
    }

    func write(into buffer: inout [UInt8]) {
        let state = self.state.withLock { $0 }
        var cumulated: UInt64 = 0
        for (index, count) in state.counts.enumerated() {
            cumulated &+= count
            let bound = index < self.bounds.count ? self.bounds[index].prometheusValue : .infinity
            var labels = self.labels.text
            labels.appendLabel("le", bound.prometheusText)
            buffer.appendSample(name: self.name + "_bucket", labels: labels, value: String(cumulated))
        }
        buffer.appendSample(name: self.name + "_sum", labels: self.labels.text, value: state.sum.prometheusText)
        buffer.appendSample(name: self.name + "_count", labels: self.labels.text, value: String(cumulated))
    }
}

extension PrometheusHistogram {
    private struct State {
        /// Observations per bucket, not cumulated; the last one is `+Inf`.
        var counts: [UInt64]
        var sum: Double
    }
}
