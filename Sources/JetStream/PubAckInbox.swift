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

    private let prefix: String
    private let lastPrefix: String
    private let answers: SyncSubscription
    private let lastAnswers: SyncSubscription

    /// Subscribes.
    ///
    /// - Throws: ``NATSError``.
    init(_ connection: ConnectionHandle) throws {
        let subject = try Inbox.newSubject()
        self.prefix = "\(subject)."
        self.lastPrefix = "\(subject).last."
        self.answers = try SyncSubscription(on: connection, subject: "\(self.prefix)*")
        self.lastAnswers = try SyncSubscription(on: connection, subject: "\(self.lastPrefix)*")
    }

    /// Writes the subject that the answer to a message is to be sent to.
    ///
    /// - Parameters:
    ///   - number: The message's number.
    ///   - isLast: Whether it is the last of its batch.
    ///   - text: Where to.
    func writeSubject(of number: UInt64, isLast: Bool, to text: inout [UInt8]) {
        text.append(contentsOf: (isLast ? self.lastPrefix : self.prefix).utf8)
        text.append(decimal: number)
    }

    /// Waits for the answer to a last message.
    ///
    /// Blocks.
    ///
    /// - Parameters:
    ///   - deadline: Until when.
    ///   - disposal: What destroys what came.
    /// - Returns: What came.
    /// - Throws: ``NATSError``: nothing came in time, or the connection is closed.
    func nextLast(_ deadline: ContinuousClock.Instant, _ disposal: inout MessageDisposal) throws -> Answer {
        try Self.next(of: self.lastAnswers, deadline, prefixLength: self.lastPrefix.utf8.count, &disposal)
    }

    /// Waits for the next answer to a message that is not the last of its batch.
    ///
    /// The same otherwise.
    func next(_ deadline: ContinuousClock.Instant, _ disposal: inout MessageDisposal) throws -> Answer {
        try Self.next(of: self.answers, deadline, prefixLength: self.prefix.utf8.count, &disposal)
    }

    private static func next(
        of subscription: SyncSubscription,
        _ deadline: ContinuousClock.Instant,
        prefixLength: Int,
        _ disposal: inout MessageDisposal
    ) throws -> Answer {
        do {
            let message = try subscription.next(deadline)
            disposal.add(message)
            guard let number = self.number(natsMsg_GetSubject(message), after: prefixLength) else { return .other }
            return .outcome(PubAck.outcome(message), number: number)
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
