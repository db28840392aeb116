/// The rows that somebody has to publish now: those that are due, and those whose lease ran out.
package struct PendingRows: Hashable, Sendable {
    /// How many there are, or the limit at which counting stops.
    package let count: Int64
    /// For how long the one that has waited longest has been due, or its lease over; `nil` where there is none.
    package let oldestAge: Duration?

    /// Says what was counted.
    package init(count: Int64, oldestAge: Duration?) {
        self.count = count
        self.oldestAge = oldestAge
    }
}
