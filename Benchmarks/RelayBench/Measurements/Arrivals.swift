import Histogram

/// How long rows took from their commit.
struct Arrivals: Sendable {
    /// From the commit to where it was measured.
    let latencies: Latencies
    /// Commits a second that took place.
    let rate: Double
}

/// A distribution of durations.
struct Latencies: Sendable {
    private var histogram = Histogram<UInt64>(highestTrackableValue: 600_000_000)

    /// Adds one.
    ///
    /// - Parameters:
    ///   - latency: How long it took.
    ///   - interval: How often there was one to be: one that took longer stands for those that had to wait behind it
    ///     (coordinated omission, see `recordCorrectedValue` of HdrHistogram).
    mutating func record(_ latency: Duration, interval: Duration) {
        let microseconds = UInt64(max(1, min(600e6, latency / .microseconds(1))))
        self.histogram.recordCorrectedValue(microseconds, expectedInterval: UInt64(interval / .microseconds(1)))
    }

    /// A percentile in milliseconds.
    func milliseconds(_ percentile: Double) -> Double {
        Double(self.histogram.valueAtPercentile(percentile)) / 1000
    }
}
