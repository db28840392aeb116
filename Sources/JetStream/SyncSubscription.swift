import CLibNATS
import Waiting

/// A subscription whose messages are queued until they are asked for.
///
/// Ends when it goes away.
final class SyncSubscription: Sendable {
    private nonisolated(unsafe) let pointer: OpaquePointer
    private let connection: ConnectionHandle

    /// Subscribes.
    ///
    /// - Parameters:
    ///   - connection: The connection to subscribe on; kept open.
    ///   - subject: The subject, with wildcards where wanted.
    /// - Throws: ``NATSError``.
    init(on connection: ConnectionHandle, subject: String) throws {
        var subscription: OpaquePointer?
        try check(natsConnection_SubscribeSync(&subscription, connection.pointer, subject))
        guard let subscription else { throw NATSError(NATS_NO_MEMORY) }
        // Nothing may be dropped, however much comes before the first is asked for.
        natsSubscription_SetPendingLimits(subscription, -1, -1)
        nonisolated(unsafe) let pointer = subscription
        connection.destroyWhenClosed { natsSubscription_Destroy(pointer) }
        self.pointer = subscription
        self.connection = connection
    }

    deinit { natsSubscription_Unsubscribe(self.pointer) }

    /// Waits for the next message.
    ///
    /// Blocks.
    ///
    /// - Parameter deadline: Until when.
    /// - Returns: The message, which is the caller's to destroy.
    /// - Throws: ``NATSError``: none came in time, or the connection is closed.
    func next(_ deadline: ContinuousClock.Instant) throws -> OpaquePointer {
        let remaining = max(.zero, deadline - .now).wholeMilliseconds
        var message: OpaquePointer?
        try check(natsSubscription_NextMsg(&message, self.pointer, max(1, remaining)))
        guard let message else { throw NATSError(NATS_NO_MEMORY) }
        return message
    }
}
