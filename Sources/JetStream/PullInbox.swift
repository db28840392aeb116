import CLibNATS

/// Where the messages of a puller arrive, and what is known of the request that they answer.
///
/// One request is open at a time. Messages queue up at libnats' reading thread until the puller reads them; a subscription
/// with a thread of its own had that thread woken for each message, 6,000 times a second, and contend with the reading
/// thread for the queue.
struct PullInbox: ~Copyable {
    /// Messages that are owned by whoever holds the list.
    struct Messages: @unchecked Sendable {
        var pointers: [OpaquePointer] = []
    }

    private struct OpenRequest {
        /// Where its messages and status are sent.
        let inbox: String
        /// How many messages it may still bring.
        var missing: Int
        /// Whether it has brought any.
        var isFruitful = false
        /// When it brings no more, whatever the server says.
        let expiry: ContinuousClock.Instant
        /// When what it brought has certainly arrived.
        let end: ContinuousClock.Instant
    }

    private let subject: String
    private let subscription: SyncSubscription
    private var messages: [OpaquePointer] = []
    private var request: OpenRequest?
    private var failure: NATSError?
    private var isNextTooLarge = false
    private var requests: UInt64 = 0

    /// Creates an inbox without a request.
    ///
    /// - Parameters:
    ///   - subject: What the subjects of its requests begin with.
    ///   - subscription: A subscription to all of these.
    init(_ subject: String, _ subscription: SyncSubscription) {
        self.subject = subject
        self.subscription = subscription
    }

    deinit { for pointer in self.messages { natsMsg_Destroy(pointer) } }

    /// When the open request brings no more, whatever the server says, or `nil` where none is open.
    var expiryOfRequest: ContinuousClock.Instant? {
        guard let request = self.request, request.expiry > .now else { return nil }
        return request.expiry
    }

    /// When all that the open request brought has arrived at the latest, or `nil` where none is open.
    var endOfRequest: ContinuousClock.Instant? {
        guard let request = self.request, request.end > .now else { return nil }
        return request.end
    }

    /// Opens a request in the place of the last one, which is over; called before it is sent.
    ///
    /// - Parameters:
    ///   - limit: How many messages it asks for.
    ///   - expiry: When it brings no more, whatever the server says.
    ///   - end: When what it brought has certainly arrived.
    /// - Returns: Where its messages and status are to be sent, and whether the server said what became of the last one.
    mutating func open(
        limit: Int,
        expiry: ContinuousClock.Instant,
        end: ContinuousClock.Instant
    ) -> (inbox: String, isFollowUp: Bool) {
        let isFollowUp = self.request == nil
        self.requests += 1
        let inbox = "\(self.subject).\(self.requests)"
        self.request = OpenRequest(inbox: inbox, missing: limit, expiry: expiry, end: end)
        return (inbox, isFollowUp)
    }

    /// Whether the last request ended without a message because the next one is larger than it allowed; asked once.
    mutating func takeIsNextTooLarge() -> Bool {
        defer { self.isNextTooLarge = false }
        return self.isNextTooLarge
    }

    /// Answers for the messages that have come and are not taken yet.
    mutating func answerWaiting(_ answer: MessageAnswer, on connection: ConnectionHandle) throws {
        self.readQueued()
        for message in self.messages { try answer.send(for: message, on: connection) }
    }

    /// Takes up to `limit` of the messages that have come; they are the caller's.
    ///
    /// - Throws: ``NATSError`` where there is none and something went wrong.
    mutating func take(_ limit: Int) throws -> Messages {
        self.readQueued()
        let taken = Array(self.messages.prefix(limit))
        self.messages.removeFirst(taken.count)
        if taken.isEmpty, let failure = self.failure {
            self.failure = nil
            throw failure
        }
        return Messages(pointers: taken)
    }

    /// Reads what has come.
    mutating func readQueued() {
        for _ in 0..<self.subscription.queuedCount { self.read { try $0.nextQueued() } }
    }

    /// Returns when there is something to take, when the request is over, or at the deadline.
    ///
    /// Blocks.
    mutating func waitForChange(until deadline: ContinuousClock.Instant) {
        guard self.messages.isEmpty, self.failure == nil, self.request != nil else { return }
        self.read { try $0.next(deadline) }
    }

    /// Reads the message that `next` returns.
    private mutating func read(_ next: (SyncSubscription) throws -> OpaquePointer) {
        do {
            self.receive(try next(self.subscription))
        } catch let error as NATSError where error.code == .timeout {
            return
        } catch {
            self.request = nil
            self.failure = error as? NATSError ?? NATSError(.connectionClosed, "the connection ended")
        }
    }

    private mutating func receive(_ message: OpaquePointer) {
        // Only messages of a consumer have a subject to acknowledge them by.
        guard natsMsg_GetReply(message) != nil else { return self.receive(status: message) }
        self.messages.append(message)
        self.request?.missing -= 1
        self.request?.isFruitful = true
        if self.request?.missing == 0 { self.request = nil }
    }

    private mutating func receive(status message: OpaquePointer) {
        defer { natsMsg_Destroy(message) }
        guard self.request?.inbox == natsMsg_GetSubject(message).map({ String(cString: $0) }) else { return }
        switch PullStatus(message) {
        case .alive: return
        case .over: break
        case .full: self.isNextTooLarge = self.request?.isFruitful == false
        case .failed(let failure): self.failure = failure
        }
        self.request = nil
    }
}
