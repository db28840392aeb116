package import Postgres
package import RawJSON

/// Why a message became a dead letter.
package struct DeadLetterReason: Error, Hashable, Sendable {
    /// A sentence for whoever looks at it.
    package let text: String
    /// The SQLSTATE, where it was the database that refused it.
    package let sqlState: String?

    /// Creates a reason.
    package init(text: String, sqlState: String? = nil) {
        self.text = text
        self.sqlState = sqlState
    }

    /// The body is not JSON.
    package init(_ error: JSONError) {
        self.init(text: error.code == .empty ? "the body is empty" : "the body is not JSON: \(error)")
    }

    /// The envelope lacks something or has something wrong.
    package init(_ fault: EventFault) {
        self.init(text: fault.reason)
    }

    /// The database refused the event.
    ///
    /// The dead letter holds the message itself, so the database's words may be quoted here.
    package init(_ error: PostgresError) {
        // This detail repeats the event.
        let detail = error.detail.flatMap { $0.hasPrefix("Failing row contains") ? nil : $0 }
        let words = [error.message] + [detail].compactMap { $0 }
        self.init(text: "the event \(error.fault): \(words.joined(separator: "; "))", sqlState: error.sqlState)
    }

    /// The body is the other form that an outbox row can hold.
    static let arrow = DeadLetterReason(
        text: "the body is Arrow data (arrow-feather), not JSON: payload_bytes was published instead of payload"
    )
}
