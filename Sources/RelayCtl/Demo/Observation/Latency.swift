import Histogram

/// How long events took from their commit to somewhere, in microseconds.
struct Latency: Hashable, Sendable {
    /// The median.
    let p50: UInt64
    /// What one in a hundred exceeds.
    let p99: UInt64
    /// The longest.
    let maximum: UInt64
    /// How many were measured.
    let count: UInt64

    /// Measures from one instant of each entry to another; entries that lack the latter are left out.
    ///
    /// An event that arrives before its writer hears of its commit counts as 0.
    init(
        _ entries: [EventLedger.Entry],
        from start: (EventLedger.Entry) -> ContinuousClock.Instant,
        to end: (EventLedger.Entry) -> ContinuousClock.Instant?
    ) {
        var histogram = Histogram<UInt64>(highestTrackableValue: 3_600_000_000)
        for entry in entries {
            guard let end = end(entry) else { continue }
            let microseconds = max(0, (end - start(entry)) / .microseconds(1))
            histogram.record(min(UInt64(microseconds), histogram.highestTrackableValue))
        }
        self.p50 = histogram.valueAtPercentile(50)
        self.p99 = histogram.valueAtPercentile(99)
        self.maximum = histogram.totalCount == 0 ? 0 : histogram.max
        self.count = histogram.totalCount
    }
}
