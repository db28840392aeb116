import CLibNATS
import Waiting

/// Where the PubAcks of one publisher arrive.
///
/// Each message has a subject of its own to be answered on, the inbox and the message's number. What arrives is queued
/// by libnats' reading thread and taken by the publisher, so that no third thread is woken for each.
final class PubAckInbox: Sendable {
    /// An answer.
    struct Answer {
        /// The number of the message that it is for.
        let number: UInt64
        /// What became of it.
        let outcome: PublishOutcome
    }

    private let connection: ConnectionHandle
    private let subject: String
    private nonisolated(unsafe) let subscription: OpaquePointer

    /// Subscribes.
    ///
    /// - Throws: ``NATSError``.
    init(_ connection: ConnectionHandle) throws {
        self.connection = connection
        self.subject = try Inbox.newSubject()
        var subscription: OpaquePointer?
        try check(natsConnection_SubscribeSync(&subscription, connection.pointer, "\(self.subject).*"))
        guard let subscription else { throw NATSError(NATS_NO_MEMORY) }
        // Nothing may be dropped, however many are sent before the first is taken.
        natsSubscription_SetPendingLimits(subscription, -1, -1)
        nonisolated(unsafe) let pointer = subscription
        connection.destroyWhenClosed { natsSubscription_Destroy(pointer) }
        self.subscription = subscription
    }

    deinit { natsSubscription_Unsubscribe(self.subscription) }

    /// The subject that the answer to a message is to be sent to.
    func subject(of number: UInt64) -> String { "\(self.subject).\(number)" }

    /// Waits for the next answer.
    ///
    /// Blocks.
    ///
    /// - Parameter deadline: Until when.
    /// - Returns: The answer, or `nil` for something else that was sent here.
    /// - Throws: ``NATSError``: none came in time, or the connection is closed.
    func next(_ deadline: ContinuousClock.Instant) throws -> Answer? {
        let remaining = max(.zero, deadline - .now).wholeMilliseconds
        var message: OpaquePointer?
        try check(natsSubscription_NextMsg(&message, self.subscription, max(1, remaining)))
        guard let message else { throw NATSError(NATS_NO_MEMORY) }
        defer { natsMsg_Destroy(message) }
        guard let number = self.number(natsMsg_GetSubject(message)) else { return nil }
        return Answer(number: number, outcome: PubAck.outcome(message))
    }

    /// The number at the end of a subject.
    private func number(_ subject: UnsafePointer<CChar>?) -> UInt64? {
        guard var digit = subject?.advanced(by: self.subject.utf8.count + 1) else { return nil }
        var number: UInt64 = 0
        while digit.pointee != 0 {
            let value = UInt8(bitPattern: digit.pointee) &- UInt8(ascii: "0")
            guard value < 10 else { return nil }
            number = number &* 10 &+ UInt64(value)
            digit += 1
        }
        return number
    }
}
