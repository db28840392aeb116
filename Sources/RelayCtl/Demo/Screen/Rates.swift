/// How many events a second each stage moves.
struct Rates: Hashable, Sendable {
    /// Committed.
    var committed = 0.0
    /// Received by a subscriber.
    var published = 0.0
    /// Seen in `noetl.event`.
    var projected = 0.0
}
