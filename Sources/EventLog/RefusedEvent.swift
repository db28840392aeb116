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
        let event = "event \(self.index) (event_id \(self.eventID))"
        let constraint = self.error.constraint.map { " \($0)" } ?? ""
        return switch self.error.sqlState {
        case "23503": "\(event) names a catalog_id that noetl.catalog does not have (constraint\(constraint))"
        case "23514": "\(event) breaks the constraint\(constraint) of noetl.event"
        case "23502": "\(event) lacks a value that noetl.event requires"
        case let state?: "\(event) holds a value that noetl.event cannot store (SQLSTATE \(state))"
        case nil: "\(event) cannot be stored"
        }
    }
}
