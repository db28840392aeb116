package import Postgres

/// An event that the database refuses to store, found in a batch of which nothing was stored.
package struct RefusedEvent: Error, Hashable, Sendable {
    /// Its place in the batch.
    package let index: Int
    /// Its id.
    package let eventID: Int64
    /// What the database said.
    package let error: PostgresError

    /// A sentence without the event's content.
    package var reason: String {
        "event \(self.index) (event_id \(self.eventID)) \(self.error.fault)"
    }
}
