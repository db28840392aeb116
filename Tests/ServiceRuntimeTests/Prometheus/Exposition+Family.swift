extension Exposition {
    /// A `# TYPE` line and the samples under it.
    struct Family {
        let name: String
        let type: String
        let help: String?
        var samples: [Sample] = []

        /// The names that its samples may have.
        var sampleNames: [String] {
            self.type == "histogram" ? ["_bucket", "_sum", "_count"].map { self.name + $0 } : [self.name]
        }

        /// Throws unless the type is known and every histogram is complete, cumulative and counted right.
        func check() throws {
            guard ["counter", "gauge", "histogram"].contains(self.type) else { throw Malformed(self.type) }
            guard !self.samples.isEmpty else { throw Malformed("\(self.name) is empty") }
            guard self.type == "histogram" else { return }
            let series = Dictionary(grouping: self.samples) { $0.labels.filter { $0.key != "le" } }
            for (labels, samples) in series {
                let buckets = samples.filter { $0.name.hasSuffix("_bucket") }
                let bounds = try buckets.map { try Sample.number($0.labels["le"] ?? "none") }
                let counts = buckets.map(\.value)
                guard
                    bounds == bounds.sorted(),
                    bounds.last == .infinity,
                    counts == counts.sorted(),
                    counts.last == samples.first(where: { $0.name == "\(self.name)_count" })?.value,
                    samples.contains(where: { $0.name == "\(self.name)_sum" })
                else { throw Malformed("\(self.name) \(labels) does not add up") }
            }
        }
    }
}
