import CLibNATS
import Waiting

/// Pulls messages from one consumer.
///
/// An actor on a queue of its own, because sending blocks where the socket is full, and waiting for messages blocks too.
/// Several pullers on one consumer share its messages.
///
/// Asks for the next messages before it returns those that came, so that they travel while the caller works. What came
/// is returned at once, without waiting for a full batch: a batch is as large as the time that the last one took.
///
/// Speaks the protocol itself, over an ordinary subscription, because `natsSubscription_FetchRequest` of libnats 3.4.1
/// counts wrongly where messages are queued before it asks for more: with 600 queued and a limit of 1,000 it waits
/// until the request expires, and writes past its list when more arrive meanwhile.
package actor JetStreamPuller {
    /// Bounds what is in memory where messages are large, and is more than a thousand of a common size.
    package static let defaultMaximumBytes = 4 << 20

    /// How long a request lasts; draining waits for so long, and an idle puller asks so often.
    private static let requestLifetime = Duration.seconds(1)

    /// How much later than a request expires another one is sent where the server says nothing of the first.
    ///
    /// nats-server 2.9.10 at times drops a request without a word where messages come as it expires, one in six of those
    /// of two pullers at 1,000 messages a second. Where it only is slow to say so, the two overlap, which does no harm.
    private static let silenceMargin = Duration.milliseconds(20)

    /// How much later than a request expires its last messages may arrive.
    private static let arrivalMargin = Duration.milliseconds(250)

    private let executor = QueueExecutor(label: "nats.pull")
    private let connection: ConnectionHandle
    private let context: JetStreamContext
    private let stream: String
    private let consumer: String
    private let requestSubject: String
    private var inbox: PullInbox

    /// The queue this puller blocks on.
    package nonisolated var unownedExecutor: UnownedSerialExecutor { self.executor.asUnownedSerialExecutor() }

    init(_ connection: ConnectionHandle, _ context: JetStreamContext, stream: String, consumer: String) throws {
        self.connection = connection
        self.context = context
        self.stream = stream
        self.consumer = consumer
        self.requestSubject = "$JS.API.CONSUMER.MSG.NEXT.\(stream).\(consumer)"
        let inbox = try Inbox.newSubject()
        self.inbox = PullInbox(inbox, try SyncSubscription(on: connection, subject: "\(inbox).*"))
    }

    /// Pulls what is there, or waits for the first message where nothing is.
    ///
    /// One call at a time.
    ///
    /// - Parameters:
    ///   - limit: The most messages to return, and to ask for at once.
    ///   - maximumBytes: The most bytes to ask for at once; a single message may be larger.
    ///   - wait: How long to wait for the first one. Cannot be cancelled.
    /// - Returns: The messages; none where none came.
    /// - Throws: ``NATSError``: the connection or the consumer is gone.
    package func pull(
        limit: Int,
        maximumBytes: Int = defaultMaximumBytes,
        wait: Duration
    ) throws -> sending DeliveredMessages {
        let end = ContinuousClock.now + wait
        while true {
            let expiry = try self.requestIfNoneIsOpen(limit: limit, maximumBytes: maximumBytes)
            let messages = try self.inbox.take(limit)
            guard messages.pointers.isEmpty, ContinuousClock.now < end else {
                return DeliveredMessages(adopting: messages.pointers, from: self.connection)
            }
            self.inbox.waitForChange(until: min(expiry, end))
        }
    }

    /// Hands back what the server sent ahead, once it sends no more; the puller is not used afterwards.
    ///
    /// Waits for as long as the last request may last.
    ///
    /// - Throws: ``NATSError`` where the connection is gone; the messages are then delivered again after the consumer's
    ///   wait.
    package func drain() throws {
        while let end = self.inbox.endOfRequest {
            try self.handBack(DeliveredMessages(adopting: try self.inbox.take(.max).pointers, from: self.connection))
            self.inbox.waitForChange(until: end)
        }
        try self.handBack(DeliveredMessages(adopting: try self.inbox.take(.max).pointers, from: self.connection))
    }

    /// Answers for each of the messages that were pulled together.
    ///
    /// - Parameters:
    ///   - messages: The messages.
    ///   - answers: The answer for each, in order; a message without one is delivered again after the consumer's wait.
    /// - Throws: ``NATSError`` where the connection is gone; the messages are then delivered again.
    package func answer(_ messages: sending DeliveredMessages, with answers: [MessageAnswer?]) throws {
        try messages.answer(with: answers)
    }

    /// Hands messages back: they are delivered again at once, to whoever pulls.
    ///
    /// - Throws: ``NATSError`` where the connection is gone; the messages are then delivered again after the consumer's
    ///   wait.
    package func handBack(_ messages: sending DeliveredMessages) throws {
        try messages.handBackAll()
    }

    /// Has the time for acknowledging begin anew, for messages that are being worked on and for those that were sent
    /// ahead and wait here.
    ///
    /// - Throws: ``NATSError`` where the connection is gone; the messages are then delivered again.
    package func signal(_ progress: DeliveryProgress) throws {
        try progress.signal()
        try self.inbox.answerWaiting(.inProgress, on: self.connection)
    }

    /// Returns when the open request brings no more, whatever the server says.
    private func requestIfNoneIsOpen(limit: Int, maximumBytes: Int) throws -> ContinuousClock.Instant {
        self.inbox.readQueued()
        if let expiry = self.inbox.expiryOfRequest { return expiry }
        let lifetimeEnd = ContinuousClock.now + Self.requestLifetime
        let expiry = lifetimeEnd + Self.silenceMargin
        // The server would refuse every request that does not allow for the next message, and send nothing ever again.
        let isNextTooLarge = self.inbox.takeIsNextTooLarge()
        let request = PullRequest(
            limit: isNextTooLarge ? 1 : limit,
            lifetime: Self.requestLifetime,
            maximumBytes: isNextTooLarge ? nil : maximumBytes
        )
        // A request for messages of a consumer that does not exist is not refused, it is not answered.
        let opened = self.inbox.open(limit: request.limit, expiry: expiry, end: lifetimeEnd + Self.arrivalMargin)
        guard try opened.isFollowUp || self.hasConsumer() else {
            throw NATSError(.notFound, "the consumer was deleted")
        }
        try request.send(to: self.requestSubject, inbox: opened.inbox, on: self.connection)
        do {
            // Sends what libnats' flushing thread would hold back for a millisecond; acknowledgements, too.
            try self.connection.flush(until: .now + Self.requestLifetime)
        } catch let error as NATSError where error.code == .timeout {
            // All is sent, and the server's answer is behind what else it sends. Whether it is still there, pings tell.
        }
        return expiry
    }

    private func hasConsumer() throws -> Bool {
        try self.context.consumerInfo(stream: self.stream, consumer: self.consumer) != nil
    }
}
