extension Duration {
    /// The duration in milliseconds, rounded up, so that a wait of 0.4 ms does not become no wait at all.
    package var wholeMilliseconds: Int64 {
        self.rounded(upTo: 1_000_000_000_000_000)
    }

    /// The duration in nanoseconds, rounded up.
    package var wholeNanoseconds: Int64 {
        self.rounded(upTo: 1_000_000_000)
    }

    /// The duration in seconds.
    package var seconds: Double {
        let (seconds, attoseconds) = self.components
        return Double(seconds) + Double(attoseconds) * 1e-18
    }

    private func rounded(upTo unit: Int64) -> Int64 {
        let (seconds, attoseconds) = self.components
        let unitsPerSecond = 1_000_000_000_000_000_000 / unit
        let (whole, overflow) = seconds.multipliedReportingOverflow(by: unitsPerSecond)
        guard !overflow else { return seconds < 0 ? .min : .max }
        let (sum, sumOverflow) = whole.addingReportingOverflow(attoseconds / unit + (attoseconds % unit > 0 ? 1 : 0))
        return sumOverflow ? .max : sum
    }
}
