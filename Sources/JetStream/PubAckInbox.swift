import CLibNATS

/// Where the PubAcks of one publisher arrive.
///
/// Each message has a subject of its own to be answered on: the inbox and the message's number. What arrives is queued
/// by libnats' reading thread and taken by the publisher, so that no third thread is woken for each.
///
/// A stream answers in order, so the publisher waits for the answer to the last message of a batch, which has a
/// subscription of its own, and then finds the others queued: it is woken once and not a thousand times.
final class PubAckInbox: Sendable {
    /// What came.
    enum Answer {
        /// The answer to a message.
        ///
        /// - Parameters:
        ///   - number: The message's number.
        ///   - outcome: What became of it.
        case outcome(PublishOutcome, number: UInt64)
        /// The server's word that nobody takes messages of the subject that some message was sent to; libnats does not
        /// tell which message.
        case nobody
        /// Something else that was sent here.
        case other
    }

    private let subject: String
    private let answers: SyncSubscription
    private let lastAnswers: SyncSubscription

    /// Subscribes.
    ///
    /// - Throws: ``NATSError``.
    init(_ connection: ConnectionHandle) throws {
        let subject = try Inbox.newSubject()
        self.subject = subject
        self.answers = try SyncSubscription(on: connection, subject: "\(subject).*")
        self.lastAnswers = try SyncSubscription(on: connection, subject: "\(subject).\(Self.last).*")
    }

    /// The token before the number of a batch's last message.
    private static let last = "last"

    /// The subject that the answer to a message is to be sent to.
    ///
    /// - Parameters:
    ///   - number: The message's number.
    ///   - isLast: Whether it is the last of its batch.
    /// - Returns: The subject.
    func subject(of number: UInt64, isLast: Bool) -> String {
        isLast ? "\(self.subject).\(Self.last).\(number)" : "\(self.subject).\(number)"
    }

    /// Waits for the answer to a last message.
    ///
    /// Blocks.
    ///
    /// - Parameter deadline: Until when.
    /// - Returns: What came.
    /// - Throws: ``NATSError``: nothing came in time, or the connection is closed.
    func nextLast(_ deadline: ContinuousClock.Instant) throws -> Answer {
        try Self.next(of: self.lastAnswers, deadline, prefixLength: self.subject.utf8.count + Self.last.utf8.count + 2)
    }

    /// Waits for the next answer to a message that is not the last of its batch.
    ///
    /// The same otherwise.
    func next(_ deadline: ContinuousClock.Instant) throws -> Answer {
        try Self.next(of: self.answers, deadline, prefixLength: self.subject.utf8.count + 1)
    }

    private static func next(
        of subscription: SyncSubscription,
        _ deadline: ContinuousClock.Instant,
        prefixLength: Int
    ) throws -> Answer {
        do {
            return try subscription.next(deadline) { message in
                guard let number = self.number(natsMsg_GetSubject(message), after: prefixLength) else { return .other }
                return .outcome(PubAck.outcome(message), number: number)
            }
        } catch let error as NATSError where error.code == .noResponders {
            return .nobody
        }
    }

    /// The number at the end of a subject.
    private static func number(_ subject: UnsafePointer<CChar>?, after prefixLength: Int) -> UInt64? {
        guard var digit = subject?.advanced(by: prefixLength) else { return nil }
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
