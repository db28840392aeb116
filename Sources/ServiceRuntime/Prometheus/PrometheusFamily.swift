/// Everything registered under one name: one type, one help text, a collector for each set of labels.
struct PrometheusFamily: Sendable {
    let name: String
    let collectorType: any PrometheusCollector.Type
    var help = ""
    var members: [PrometheusLabels: any PrometheusCollector] = [:]

    /// Appends the header and every member, ordered by their labels.
    func write(into buffer: inout [UInt8]) {
        buffer.appendHeader(name: self.name, help: self.help, type: self.collectorType.type)
        for (_, collector) in self.members.sorted(by: { $0.key < $1.key }) {
            collector.write(into: &buffer)
        }
    }
}
