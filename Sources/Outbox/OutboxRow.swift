/// A claimed row of `noetl.outbox`, without its payload.
package struct OutboxRow: Hashable, Sendable {
    /// The row's key; rows of one execution are published in its order.
    package let outboxID: Int64
    /// The event's id.
    package let eventID: Int64
    /// The execution the event belongs to, if to one.
    package let executionID: Int64?
    /// The subject to publish to, where the writer chose one.
    package let subject: String?
    /// How often the row was claimed, this time included.
    package let attempts: Int64
}
