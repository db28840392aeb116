/// What the subject that a message is acknowledged on says about it.
///
/// `$JS.ACK.<stream>.<consumer>.<deliveries>.<stream sequence>.<consumer sequence>.<time>.<pending>`; newer servers put
/// a domain and an account's hash behind `ACK`, and may add tokens at the end
/// (https://github.com/nats-io/nats-architecture-and-design/blob/main/adr/ADR-15.md).
package struct AcknowledgementSubject: Hashable, Sendable {
    /// How often the message has been delivered, this time included.
    package let deliveries: UInt64
    /// Where the message is in its stream.
    package let position: StreamPosition

    /// The message's sequence in its stream.
    package var streamSequence: UInt64 { self.position.sequence }

    /// Reads a subject; `nil` where it is none of this kind.
    package init?(_ subject: String) {
        let tokens = subject.split(separator: ".", omittingEmptySubsequences: false)
        guard tokens.count >= 9, tokens[0] == "$JS", tokens[1] == "ACK" else { return nil }
        let first = tokens.count == 9 ? 2 : 4
        guard tokens.count >= first + 7, let deliveries = UInt64(tokens[first + 2]),
            let sequence = UInt64(tokens[first + 3]), let time = Int64(tokens[first + 5])
        else { return nil }
        self.deliveries = deliveries
        self.position = StreamPosition(sequence: sequence, nanoseconds: time)
    }
}
