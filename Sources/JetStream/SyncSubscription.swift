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

    /// How many messages have come and were not asked for; 0 once the connection is closed.
    var queuedCount: Int {
        var count: UInt64 = 0
        return natsSubscription_QueuedMsgs(self.pointer, &count) == NATS_OK ? Int(count) : 0
    }

    /// Waits for the next message.
    ///
    /// Blocks.
    ///
    /// - Parameter deadline: Until when.
    /// - Returns: The message, which is the caller's to destroy.
    /// - Throws: ``NATSError``: none came in time, or the connection is closed.
    func next(_ deadline: ContinuousClock.Instant) throws -> OpaquePointer {
        try self.next(milliseconds: max(.zero, deadline - .now).wholeMilliseconds)
    }

    /// Takes a message that ``queuedCount`` counted.
    ///
    /// The same otherwise, without looking at the clock twice, which for a projector's messages one by one was a seventh of
    /// its processor time.
    func nextQueued() throws -> OpaquePointer {
        try self.next(milliseconds: 1)
    }

    private func next(milliseconds: Int64) throws -> OpaquePointer {
        var message: OpaquePointer?
        try check(natsSubscription_NextMsg(&message, self.pointer, max(1, milliseconds)))
        guard let message else { throw NATSError(NATS_NO_MEMORY) }
        return message
    }
}
