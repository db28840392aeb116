import CLibNATS
import Synchronization

/// Where the messages of a puller arrive, and what is known of the request that they answer.
///
/// One request is open at a time. Filled from libnats' thread, emptied by the puller.
final class PullInbox: Sendable {
    /// Messages that are owned by whoever holds the list.
    struct Messages: @unchecked Sendable {
        var pointers: [OpaquePointer] = []
    }

    private struct State {
        var messages = Messages()
        var request: OpenRequest?
        var failure: NATSError?
        var isNextTooLarge = false
        var isWoken = false
        var waiting: CheckedContinuation<Void, Never>?
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

    private let state = Mutex(State())

    deinit { self.state.withLock { for pointer in $0.messages.pointers { natsMsg_Destroy(pointer) } } }

    /// When the open request brings no more, whatever the server says, or `nil` where none is open.
    var expiryOfRequest: ContinuousClock.Instant? {
        self.state.withLock { state in
            guard let request = state.request, request.expiry > .now else { return nil }
            return request.expiry
        }
    }

    /// When all that the open request brought has arrived at the latest, or `nil` where none is open.
    var endOfRequest: ContinuousClock.Instant? {
        self.state.withLock { state in
            guard let request = state.request, request.end > .now else { return nil }
            return request.end
        }
    }

    /// Opens a request in the place of the last one, which is over; called before it is sent.
    ///
    /// - Parameters:
    ///   - inbox: Where its messages and status are sent.
    ///   - limit: How many messages it asks for.
    ///   - expiry: When it brings no more, whatever the server says.
    ///   - end: When what it brought has certainly arrived.
    /// - Returns: Whether the server said what became of the last one.
    func open(
        _ inbox: String,
        limit: Int,
        expiry: ContinuousClock.Instant,
        end: ContinuousClock.Instant
    ) -> Bool {
        self.state.withLock { state in
            defer { state.request = OpenRequest(inbox: inbox, missing: limit, expiry: expiry, end: end) }
            return state.request == nil
        }
    }

    /// Whether the last request ended without a message because the next one is larger than it allowed; asked once.
    func takeIsNextTooLarge() -> Bool {
        self.state.withLock { state in
            defer { state.isNextTooLarge = false }
            return state.isNextTooLarge
        }
    }

    /// Answers for the messages that are here and not taken yet.
    func answerWaiting(_ answer: MessageAnswer, on connection: ConnectionHandle) throws {
        // Under the lock, so that nobody takes and destroys a message meanwhile.
        try self.state.withLock { state in
            for message in state.messages.pointers { try answer.send(for: message, on: connection) }
        }
    }

    /// Takes up to `limit` of the messages that are here.
    ///
    /// - Throws: ``NATSError`` where none is here and something went wrong.
    func take(_ limit: Int) throws -> Messages {
        try self.state.withLock { state in
            let messages = Messages(pointers: Array(state.messages.pointers.prefix(limit)))
            state.messages.pointers.removeFirst(messages.pointers.count)
            if messages.pointers.isEmpty, let failure = state.failure {
                state.failure = nil
                throw failure
            }
            return messages
        }
    }

    /// Returns when there is something to take, when the request is over, or when it is woken.
    func waitForChange() async {
        await withCheckedContinuation { continuation in
            let isOver = self.state.withLock { state in
                defer { state.isWoken = false }
                guard !state.isWoken, state.messages.pointers.isEmpty, state.failure == nil, state.request != nil else {
                    return true
                }
                state.waiting = continuation
                return false
            }
            if isOver { continuation.resume() }
        }
    }

    /// Makes ``waitForChange()`` return, or the next call of it where nobody waits.
    ///
    /// Any thread.
    func wake() {
        self.change { state in
            state.isWoken = state.waiting == nil
            return true
        }
    }

    /// Ends the open request because of an error.
    ///
    /// Any thread.
    func fail(_ failure: NATSError) {
        self.change { state in
            state.request = nil
            state.failure = failure
            return true
        }
    }

    /// Takes a message over.
    ///
    /// Any thread.
    func receive(_ message: OpaquePointer) {
        // Only messages of a consumer have a subject to acknowledge them by.
        guard natsMsg_GetReply(message) != nil else { return self.receive(status: message) }
        nonisolated(unsafe) let message = message
        self.change { state in
            state.messages.pointers.append(message)
            state.request?.missing -= 1
            state.request?.isFruitful = true
            if state.request?.missing == 0 { state.request = nil }
            return true
        }
    }

    private func receive(status message: OpaquePointer) {
        defer { natsMsg_Destroy(message) }
        let inbox = natsMsg_GetSubject(message).map { String(cString: $0) }
        let status = PullStatus(message)
        self.change { state in
            guard state.request?.inbox == inbox else { return false }
            switch status {
            case .alive: return false
            case .over: break
            case .full: state.isNextTooLarge = state.request?.isFruitful == false
            case .failed(let failure): state.failure = failure
            }
            state.request = nil
            return true
        }
    }

    /// Changes the state, and wakes who waits where `change` says so.
    private func change(_ change: (inout State) -> Bool) {
        let waiting: CheckedContinuation<Void, Never>? = self.state.withLock { state in
            guard change(&state) else { return nil }
            defer { state.waiting = nil }
            return state.waiting
        }
        waiting?.resume()
    }
}
