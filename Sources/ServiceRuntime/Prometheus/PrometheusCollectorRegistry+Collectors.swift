extension PrometheusCollectorRegistry {
    /// Returns the counter of this name and these labels.
    package func makeCounter(name: String, labels: [(String, String)] = [], help: String = "") -> PrometheusCounter {
        let labels = PrometheusLabels(labels)
        return self.register(name: name, labels: labels, help: help) { name, _ in
            PrometheusCounter(name: name, labels: labels)
        }
    }

    /// Returns the gauge of this name and these labels.
    package func makeGauge(name: String, labels: [(String, String)] = [], help: String = "") -> PrometheusGauge {
        let labels = PrometheusLabels(labels)
        return self.register(name: name, labels: labels, help: help) { name, _ in
            PrometheusGauge(name: name, labels: labels)
        }
    }

    /// Returns the histogram of this name and these labels, exposed in seconds.
    ///
    /// - Parameters:
    ///   - name: The name of the family.
    ///   - labels: The labels; `le` is taken and becomes `exported_le`.
    ///   - buckets: Upper bounds in any order. The `+Inf` bucket need not be given.
    ///   - help: One line that says what is measured.
    /// - Returns: A histogram, with the buckets of its family if that had some already.
    package func makeDurationHistogram(
        name: String,
        labels: [(String, String)] = [],
        buckets: [Duration],
        help: String = ""
    ) -> DurationHistogram {
        self.makeHistogram(name: name, labels: labels, buckets: buckets, help: help)
    }

    /// Returns the histogram of this name and these labels.
    ///
    /// - Parameters:
    ///   - name: The name of the family.
    ///   - labels: The labels; `le` is taken and becomes `exported_le`.
    ///   - buckets: Upper bounds in any order. The `+Inf` bucket need not be given.
    ///   - help: One line that says what is measured.
    /// - Returns: A histogram, with the buckets of its family if that had some already.
    package func makeValueHistogram(
        name: String,
        labels: [(String, String)] = [],
        buckets: [Double],
        help: String = ""
    ) -> ValueHistogram {
        self.makeHistogram(name: name, labels: labels, buckets: buckets, help: help)
    }

    /// Forgets a counter; it keeps working but is written no more.
    package func unregisterCounter(_ counter: PrometheusCounter) {
        self.unregister(counter)
    }

    /// Forgets a gauge; it keeps working but is written no more.
    package func unregisterGauge(_ gauge: PrometheusGauge) {
        self.unregister(gauge)
    }

    /// Forgets a histogram; it keeps working but is written no more.
    package func unregisterDurationHistogram(_ histogram: DurationHistogram) {
        self.unregister(histogram)
    }

    /// Forgets a histogram; it keeps working but is written no more.
    package func unregisterValueHistogram(_ histogram: ValueHistogram) {
        self.unregister(histogram)
    }

    private func makeHistogram<Value>(
        name: String,
        labels: [(String, String)],
        buckets: [Value],
        help: String
    ) -> PrometheusHistogram<Value> {
        let labels = PrometheusLabels(labels, reserved: ["le"])
        let bounds = PrometheusHistogram<Value>.bounds(from: buckets)
        let histogram = self.register(name: name, labels: labels, help: help) { name, sibling in
            PrometheusHistogram(name: name, labels: labels, bounds: sibling?.bounds ?? bounds)
        }
        if histogram.bounds != bounds {
            self.countConflict()
        }
        return histogram
    }
}
