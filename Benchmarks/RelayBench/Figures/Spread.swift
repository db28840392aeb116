/// The middle and the ends of what several rounds gave.
struct Spread: Hashable, Sendable, Codable {
    let median: Double
    let minimum: Double
    let maximum: Double

    /// Returns `nil` for no values.
    init?(_ values: [Double]) {
        let sorted = values.sorted()
        guard let first = sorted.first, let last = sorted.last else { return nil }
        let middle = sorted.count / 2
        self.median = sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
        self.minimum = first
        self.maximum = last
    }
}
