/// A message that cannot become an event, kept as it came for a person to look at.
package struct DeadLetter: Hashable, Sendable {
    /// The stream it was in.
    package var stream: String
    /// Its sequence there.
    package var streamSequence: UInt64
    /// The subject it was published to.
    package var subject: String
    /// Its headers as NATS sends them, lines of `name: value`; `nil` where it has none.
    package var headers: [UInt8]?
    /// Its body, as received.
    package var body: [UInt8]
    /// Why it cannot become an event.
    package var reason: DeadLetterReason

    /// Creates a dead letter.
    package init(
        stream: String,
        streamSequence: UInt64,
        subject: String,
        headers: [UInt8]? = nil,
        body: [UInt8],
        reason: DeadLetterReason
    ) {
        self.stream = stream
        self.streamSequence = streamSequence
        self.subject = subject
        self.headers = headers
        self.body = body
        self.reason = reason
    }
}
