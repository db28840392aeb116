/// What a figure should be.
enum Goal: Hashable, Sendable, Codable {
    /// The ratio to the limit, at least.
    case ratio(Double)
    /// The figure itself, at most.
    case atMost(Double)
}
