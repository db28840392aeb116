/// What became of one published message.
package enum PublishOutcome: Sendable {
    /// Its PubAck came: it is stored in the stream.
    ///
    /// - Parameters:
    ///   - sequence: Its sequence in the stream; of the first copy, for a duplicate.
    ///   - isDuplicate: Whether the stream had a message with the same id, and did not store this one.
    case acknowledged(sequence: UInt64, isDuplicate: Bool)
    /// It was refused, by libnats or by JetStream; it is not stored.
    case refused(NATSError)
    /// It was sent and no PubAck came: it may be stored.
    case unknown(NATSError)
    /// It was not sent, because of what happened to one before it.
    case unsent(NATSError)
    /// It was not sent, because its owner wanted no more to be sent.
    case withheld
}
