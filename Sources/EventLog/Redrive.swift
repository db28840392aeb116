/// What became of dead letters that were tried once more.
package struct Redrive: Hashable, Sendable {
    /// Dead letters whose events are in `noetl.event` now, and that are gone.
    package var redriven = 0
    /// Events stored.
    package var projected = 0
    /// Events that were there already.
    package var duplicates = 0
    /// Dead letters that still cannot become an event, with the reason as it is now.
    package var refused: [Int64: DeadLetterReason] = [:]

    /// Creates a result, by default that of nothing.
    package init(
        redriven: Int = 0,
        projected: Int = 0,
        duplicates: Int = 0,
        refused: [Int64: DeadLetterReason] = [:]
    ) {
        self.redriven = redriven
        self.projected = projected
        self.duplicates = duplicates
        self.refused = refused
    }

    /// Adds what became of others.
    package mutating func add(_ other: Redrive) {
        self.redriven += other.redriven
        self.projected += other.projected
        self.duplicates += other.duplicates
        self.refused.merge(other.refused) { $1 }
    }
}
