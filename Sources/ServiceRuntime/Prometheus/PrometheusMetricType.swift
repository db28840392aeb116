/// What the `# TYPE` line of a family says.
enum PrometheusMetricType: String, CaseIterable {
    case counter
    case gauge
    case histogram

    /// What follows the name of the family in the names of its samples, if they have names of their own.
    var sampleSuffixes: [String] {
        switch self {
        case .counter, .gauge: []
        case .histogram: ["_bucket", "_sum", "_count"]
        }
    }
}
