import Synchronization

/// The messages of one call to ``JetStreamPublisher/publish(_:timeout:_:)`` and what became of each so far.
///
/// Settled from libnats' threads, awaited by the publisher. Each message is settled once; what comes later is ignored.
final class PublishBatch: Sendable {
    private struct State {
        var outcomes: [PublishOutcome?]
        var open: Int
        var waiting: CheckedContinuation<Void, Never>?
    }

    private let state: Mutex<State>

    init(count: Int) {
        self.state = Mutex(State(outcomes: Array(repeating: nil, count: count), open: count))
    }

    /// Says what became of one message.
    ///
    /// Any thread.
    func settle(_ index: Int, _ outcome: PublishOutcome) {
        let waiting: CheckedContinuation<Void, Never>? = self.state.withLock { state in
            guard state.outcomes[index] == nil else { return nil }
            state.outcomes[index] = outcome
            state.open -= 1
            guard state.open == 0 else { return nil }
            defer { state.waiting = nil }
            return state.waiting
        }
        waiting?.resume()
    }

    /// Says the same of all messages that are still open.
    ///
    /// Any thread.
    func settleRest(_ outcome: PublishOutcome) {
        let waiting: CheckedContinuation<Void, Never>? = self.state.withLock { state in
            for index in state.outcomes.indices where state.outcomes[index] == nil { state.outcomes[index] = outcome }
            state.open = 0
            defer { state.waiting = nil }
            return state.waiting
        }
        waiting?.resume()
    }

    /// What became of each message, once all are settled.
    ///
    /// Called once.
    func outcomes() async -> [PublishOutcome] {
        await withCheckedContinuation { continuation in
            let isSettled = self.state.withLock { state in
                if state.open > 0 { state.waiting = continuation }
                return state.open == 0
            }
            if isSettled { continuation.resume() }
        }
        return self.state.withLock { $0.outcomes.compactMap { $0 } }
    }
}
