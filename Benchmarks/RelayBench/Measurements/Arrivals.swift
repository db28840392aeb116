import Histogram

/// How long rows took from their commit.
struct Arrivals: Sendable {
    /// From the commit to where it was measured.
    let latencies: Latencies
    /// Commits a second that took place.
    let rate: Double

    /// Reads what the load of `Benchmarks/Limit` prints: `row COMMITTED ARRIVED` for each, in nanoseconds from its start.
    ///
    /// - Parameters:
    ///   - lines: The lines; others are passed over.
    ///   - load: Commits a second that there were to be.
    /// - Throws: ``BenchError`` where there is no row.
    init(lines: String, load: Int) throws {
        var latencies = Latencies()
        var count = 0
        var last = 0
        for line in lines.split(separator: "\n") where line.hasPrefix("row ") {
            let times = line.split(separator: " ").dropFirst().compactMap { Int($0) }
            guard times.count == 2 else { throw BenchError("\(line) is not a commit and an arrival") }
            latencies.record(.nanoseconds(times[1] - times[0]), interval: .seconds(1) / load)
            count += 1
            last = max(last, times[0])
        }
        guard count > 0 else { throw BenchError("no row was committed") }
        self.latencies = latencies
        self.rate = Double(count) / (Double(last) / 1e9)
    }
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
