/// How far each stage is, at one instant.
struct Progress: Hashable, Sendable {
    /// Events committed to `noetl.outbox`.
    var committed = 0
    /// Events that a subscriber has.
    var published = 0
    /// Events seen in `noetl.event`.
    var projected = 0
    /// How long ago the oldest event that no subscriber has was committed; zero where there is none.
    var publishLag = Duration.zero
    /// How long ago the oldest event that is not in `noetl.event` was committed; zero where there is none.
    var projectionLag = Duration.zero

    /// Whether so many events were committed and have arrived everywhere.
    func isComplete(events: Int) -> Bool {
        [self.committed, self.published, self.projected].allSatisfy { $0 >= events }
    }
}
