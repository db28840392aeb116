/// How `noetl.outbox` stands.
package struct OutboxStatus: Hashable, Sendable {
    /// Parked rows with one reason.
    package struct ParkedRows: Hashable, Sendable {
        /// Their `last_error`.
        package let reason: String
        /// How many there are.
        package let count: Int64
        /// The lowest of their keys.
        package let firstID: Int64
    }

    /// Rows whose time has come.
    package let due: Int64
    /// Rows that wait for their next attempt, or to be due for the first time.
    package let waiting: Int64
    /// Rows on a lease that runs.
    package let leased: Int64
    /// Rows on a lease that has run out.
    package let expired: Int64
    /// Rows that wait for a person.
    package let parked: Int64
    /// Published rows that are still kept.
    package let published: Int64
    /// Whether `published` is an estimate from a sample of the table, because counting them would take long.
    package let isPublishedEstimated: Bool
    /// How many seconds ago the oldest row was written that is neither published nor parked; `nil` where there is none.
    package let oldestAge: Double?
    /// How many seconds ago the oldest lease that runs was taken; `nil` where there is none.
    package let oldestLeaseAge: Double?
    /// Parked rows by reason, the most frequent first, ten reasons at most.
    package let parkedRows: [ParkedRows]
}
