extension Double {
    /// The shortest text that reads back as the same number; the three special ones are `+Inf`, `-Inf` and `NaN`.
    ///
    /// Whole numbers keep their `.0`: that is how Prometheus 3 and OpenMetrics spell `le`.
    var prometheusText: String {
        guard !self.isNaN else { return "NaN" }
        guard !self.isInfinite else { return self > 0 ? "+Inf" : "-Inf" }
        return self.description
    }
}
