import CLibNATS

/// A message that an ordinary NATS subscriber received.
package struct SubscribedMessage: Sendable {
    /// The subject it was published to.
    package let subject: String
    /// Its body.
    package let body: [UInt8]
    /// When libnats handed it to us.
    package let receivedAt: ContinuousClock.Instant
}

/// A subscription outside JetStream, read as an asynchronous sequence.
final class Subscription: Sendable {
    private static let registry = CallbackRegistry<Subscription>()

    private let continuation: AsyncStream<SubscribedMessage>.Continuation

    private init(_ continuation: AsyncStream<SubscribedMessage>.Continuation) {
        self.continuation = continuation
    }

    /// Subscribes and returns the messages from now on.
    ///
    /// The subscription ends with the sequence's consumer, and the sequence with the connection.
    static func messages(on connection: ConnectionHandle, subject: String) throws -> AsyncStream<SubscribedMessage> {
        let (messages, continuation) = AsyncStream<SubscribedMessage>.makeStream()
        let closure = Self.registry.insert(Subscription(continuation))
        var subscription: OpaquePointer?
        let status = natsConnection_Subscribe(
            &subscription,
            connection.pointer,
            subject,
            { _, _, message, closure in Subscription.registry.target(of: closure)?.receive(message) },
            closure
        )
        guard status == NATS_OK, let subscription else {
            Self.registry.remove(closure)
            throw NATSError(status)
        }
        // The sequence buffers; libnats must not drop messages of a subscriber that it takes for slow.
        try check(natsSubscription_SetPendingLimits(subscription, -1, -1))
        let ending = SubscriptionEnd(subscription: subscription, closure: closure, connection: connection)
        connection.loss.onReport { continuation.finish() }
        continuation.onTermination = { _ in ending.end() }
        return messages
    }

    private func receive(_ message: OpaquePointer?) {
        defer { natsMsg_Destroy(message) }
        let length = Int(natsMsg_GetDataLength(message))
        self.continuation.yield(
            SubscribedMessage(
                subject: natsMsg_GetSubject(message).map { String(cString: $0) } ?? "",
                body: [UInt8](UnsafeRawBufferPointer(start: natsMsg_GetData(message), count: length)),
                receivedAt: .now
            )
        )
    }

    /// What ending a subscription takes.
    ///
    /// Holds the connection, which must outlive the subscription.
    private final class SubscriptionEnd: Sendable {
        private nonisolated(unsafe) let subscription: OpaquePointer
        private nonisolated(unsafe) let closure: UnsafeMutableRawPointer?
        private let connection: ConnectionHandle

        init(subscription: OpaquePointer, closure: UnsafeMutableRawPointer?, connection: ConnectionHandle) {
            self.subscription = subscription
            self.closure = closure
            self.connection = connection
        }

        func end() {
            Subscription.registry.remove(self.closure)
            natsSubscription_Unsubscribe(self.subscription)
        }

        deinit { natsSubscription_Destroy(self.subscription) }
    }
}
