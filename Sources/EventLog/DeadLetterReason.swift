package import Postgres
package import RawJSON

/// Why a message became a dead letter.
package struct DeadLetterReason: Error, Hashable, Sendable {
    /// A sentence for whoever looks at it.
    package let text: String
    /// The SQLSTATE, where it was the database that refused it.
    package let sqlState: String?

    /// The body is not JSON.
    package init(_ error: JSONError) {
        self.text = "the body is not JSON: \(error)"
        self.sqlState = nil
    }

    /// The envelope lacks something or has something wrong.
    package init(_ fault: EventFault) {
        self.text = fault.reason
        self.sqlState = nil
    }

    /// The database refused the event.
    ///
    /// The dead letter holds the message itself, so its words may be quoted here.
    package init(_ error: PostgresError) {
        self.text = error.debugDescription
        self.sqlState = error.sqlState
    }
}
