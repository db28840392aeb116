package import Metrics

extension PrometheusMetricsFactory: MetricsFactory {
    /// Returns a counter whose name ends in `_total`.
    package func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        self.counter(label: label, dimensions: dimensions)
    }

    /// Returns a counter whose name ends in `_total`.
    package func makeFloatingPointCounter(
        label: String,
        dimensions: [(String, String)]
    ) -> any FloatingPointCounterHandler {
        self.counter(label: label, dimensions: dimensions)
    }

    /// Returns a gauge.
    package func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        self.registry.makeGauge(name: label, labels: dimensions)
    }

    /// Returns a histogram if values are to be aggregated, otherwise a gauge that shows the last one.
    package func makeRecorder(
        label: String,
        dimensions: [(String, String)],
        aggregate: Bool
    ) -> any RecorderHandler {
        guard aggregate else {
            return self.registry.makeGauge(name: label, labels: dimensions)
        }
        let buckets = self.valueHistogramBuckets[label] ?? self.defaultValueHistogramBuckets
        return self.registry.makeValueHistogram(name: label, labels: dimensions, buckets: buckets)
    }

    /// Returns a histogram in seconds whose name ends in `_seconds`.
    package func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        self.registry.makeDurationHistogram(
            name: PrometheusName.ending(PrometheusName.metric(label), with: "_seconds"),
            labels: dimensions,
            buckets: self.durationHistogramBuckets[label] ?? self.defaultDurationHistogramBuckets
        )
    }

    /// Removes the counter from the registry; a handler from elsewhere is left alone.
    package func destroyCounter(_ handler: any CounterHandler) {
        self.destroy(handler)
    }

    /// Removes the counter from the registry; a handler from elsewhere is left alone.
    package func destroyFloatingPointCounter(_ handler: any FloatingPointCounterHandler) {
        self.destroy(handler)
    }

    /// Removes the gauge from the registry; a handler from elsewhere is left alone.
    package func destroyMeter(_ handler: any MeterHandler) {
        self.destroy(handler)
    }

    /// Removes the histogram or gauge from the registry; a handler from elsewhere is left alone.
    package func destroyRecorder(_ handler: any RecorderHandler) {
        self.destroy(handler)
    }

    /// Removes the histogram from the registry; a handler from elsewhere is left alone.
    package func destroyTimer(_ handler: any TimerHandler) {
        self.destroy(handler)
    }

    private func counter(label: String, dimensions: [(String, String)]) -> PrometheusCounter {
        let name = PrometheusName.ending(PrometheusName.metric(label), with: "_total")
        return self.registry.makeCounter(name: name, labels: dimensions)
    }

    private func destroy(_ handler: any AnyObject) {
        guard let collector = handler as? any PrometheusCollector else { return }
        self.registry.unregister(collector)
    }
}
