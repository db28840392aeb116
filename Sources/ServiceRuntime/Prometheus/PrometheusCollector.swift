/// One series, or one histogram: what a registry holds under a name and a set of labels.
///
/// Every conforming type may be updated and written from any thread.
protocol PrometheusCollector: AnyObject, Sendable {
    static var type: PrometheusMetricType { get }

    var name: String { get }
    var labels: PrometheusLabels { get }

    /// Appends the sample lines, without the `# TYPE` line.
    func write(into buffer: inout [UInt8])
}
