import CLibNATS

/// A message that an ordinary NATS subscriber received.
package struct SubscribedMessage: Sendable {
    /// The subject it was published to.
    package let subject: String
    /// Its body.
    package let body: [UInt8]
    /// When libnats handed it to us.
    package let receivedAt: ContinuousClock.Instant

    fileprivate init(adopting message: OpaquePointer) {
        defer { natsMsg_Destroy(message) }
        let length = Int(natsMsg_GetDataLength(message))
        self.subject = natsMsg_GetSubject(message).map { String(cString: $0) } ?? ""
        self.body = [UInt8](UnsafeRawBufferPointer(start: natsMsg_GetData(message), count: length))
        self.receivedAt = .now
    }
}

/// A subscription outside JetStream, read as an asynchronous sequence.
enum Subscription {
    /// Subscribes and returns the messages from now on.
    ///
    /// The subscription ends with the sequence's consumer, and the sequence with the connection.
    static func messages(on connection: ConnectionHandle, subject: String) throws -> AsyncStream<SubscribedMessage> {
        let (messages, continuation) = AsyncStream<SubscribedMessage>.makeStream()
        let subscription = try CallbackSubscription(on: connection, subject: subject) { message in
            continuation.yield(SubscribedMessage(adopting: message))
        }
        connection.loss.onReport { continuation.finish() }
        // Holding the subscription is what keeps it, for as long as the sequence holds this closure.
        continuation.onTermination = { _ in withExtendedLifetime(subscription) {} }
        return messages
    }
}
