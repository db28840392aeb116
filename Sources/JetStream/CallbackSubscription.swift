import CLibNATS

/// A subscription whose messages are handed to a closure, on a thread that libnats has for it.
///
/// Ends when it goes away; the closure may still be running then.
final class CallbackSubscription: Sendable {
    private final class Receiver: Sendable {
        let receive: @Sendable (OpaquePointer) -> Void

        init(_ receive: @escaping @Sendable (OpaquePointer) -> Void) { self.receive = receive }
    }

    private static let registry = CallbackRegistry<Receiver>()

    private let connection: ConnectionHandle
    private nonisolated(unsafe) let pointer: OpaquePointer
    private nonisolated(unsafe) let closure: UnsafeMutableRawPointer?

    /// Subscribes.
    ///
    /// - Parameters:
    ///   - connection: The connection to subscribe on; kept open.
    ///   - subject: The subject, with wildcards where wanted.
    ///   - receive: Takes each message over and destroys it.
    /// - Throws: ``NATSError``.
    init(
        on connection: ConnectionHandle,
        subject: String,
        receive: @escaping @Sendable (OpaquePointer) -> Void
    ) throws {
        let closure = Self.registry.insert(Receiver(receive))
        var subscription: OpaquePointer?
        let status = natsConnection_Subscribe(
            &subscription,
            connection.pointer,
            subject,
            { _, _, message, closure in
                guard let message else { return }
                guard let receiver = CallbackSubscription.registry.target(of: closure) else {
                    return natsMsg_Destroy(message)
                }
                receiver.receive(message)
            },
            closure
        )
        guard status == NATS_OK, let subscription else {
            Self.registry.remove(closure)
            throw NATSError(status)
        }
        // Those who receive keep what came; libnats must not drop messages of a subscriber that it takes for slow.
        natsSubscription_SetPendingLimits(subscription, -1, -1)
        nonisolated(unsafe) let pointer = subscription
        connection.destroyWhenClosed { natsSubscription_Destroy(pointer) }
        self.connection = connection
        self.pointer = subscription
        self.closure = closure
    }

    deinit {
        natsSubscription_Unsubscribe(self.pointer)
        Self.registry.remove(self.closure)
    }
}
