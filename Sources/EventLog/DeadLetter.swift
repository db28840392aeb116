/// A message that cannot become an event, kept as it came for a person to look at.
package struct DeadLetter: Sendable {
    /// The stream it was in.
    package var stream: String
    /// Its sequence there.
    package var streamSequence: UInt64
    /// The subject it was published to.
    package var subject: String
    /// Its body, as received.
    package var body: [UInt8]
    /// Why it cannot become an event.
    package var reason: String
    /// The SQLSTATE, where it was the database that refused it.
    package var sqlState: String?

    /// Creates a dead letter.
    package init(
        stream: String,
        streamSequence: UInt64,
        subject: String,
        body: [UInt8],
        reason: String,
        sqlState: String? = nil
    ) {
        self.stream = stream
        self.streamSequence = streamSequence
        self.subject = subject
        self.body = body
        self.reason = reason
        self.sqlState = sqlState
    }
}
