import CLibNATS
import Waiting

/// Where the PubAcks of one publisher arrive.
///
/// Each message has a subject of its own to be answered on: the inbox and the message's number. What arrives is queued
/// where the publisher reads the socket, and taken from there.
struct PubAckInbox {
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

    private let connection: PolledConnection
    private let prefix: String
    private let answers: SyncSubscription
    /// How many answers there are at least that were not taken.
    private var queued = 0

    /// Subscribes.
    ///
    /// - Throws: ``NATSError``.
    init(_ connection: PolledConnection) throws {
        self.connection = connection
        self.prefix = "\(try Inbox.newSubject())."
        self.answers = try SyncSubscription(on: connection.handle, subject: "\(self.prefix)*")
    }

    /// Writes the subject that the answer to a message is to be sent to.
    ///
    /// - Parameters:
    ///   - number: The message's number.
    ///   - text: Where to.
    func writeSubject(of number: UInt64, to text: inout [UInt8]) {
        text.append(contentsOf: self.prefix.utf8)
        text.append(decimal: number)
    }

    /// Waits for the next answer.
    ///
    /// Blocks. Only with the connection's socket.
    ///
    /// - Parameters:
    ///   - patience: For how long nothing may come.
    ///   - limit: Until when.
    ///   - disposal: What destroys what came.
    /// - Returns: What came.
    /// - Throws: ``NATSError``: nothing came in time, or the connection is closed.
    mutating func next(
        within patience: Duration,
        until limit: Deadline,
        _ disposal: inout MessageDisposal
    ) throws -> Answer {
        if !self.hasQueued {
            let deadline = Deadline.earliest(.after(patience), limit)
            repeat { try self.connection.read(until: deadline) } while !self.hasQueued
        }
        return try self.takeQueued(&disposal)
    }

    /// Takes the next answer that has come, or returns `nil` where there is none.
    ///
    /// Only with the connection's socket.
    ///
    /// - Parameter disposal: What destroys what came.
    /// - Returns: What came.
    /// - Throws: ``NATSError``: the connection is closed.
    mutating func nextQueued(_ disposal: inout MessageDisposal) throws -> Answer? {
        self.hasQueued ? try self.takeQueued(&disposal) : nil
    }

    private var hasQueued: Bool {
        mutating get {
            if self.queued == 0 { self.queued = self.answers.queuedCount }
            return self.queued > 0
        }
    }

    private mutating func takeQueued(_ disposal: inout MessageDisposal) throws -> Answer {
        self.queued -= 1
        do {
            let message = try self.answers.nextQueued()
            disposal.add(message)
            guard let number = self.number(natsMsg_GetSubject(message)) else { return .other }
            return .outcome(PubAck.outcome(message), number: number)
        } catch let error as NATSError where error.code == .noResponders {
            return .nobody
        }
    }

    /// The number at the end of a subject.
    private func number(_ subject: UnsafePointer<CChar>?) -> UInt64? {
        guard var digit = subject?.advanced(by: self.prefix.utf8.count) else { return nil }
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
