import Synchronization

/// The end of a connection, to wait for or to react to.
final class ConnectionLoss: Sendable {
    private enum State {
        case open([UInt64: @Sendable () -> Void], last: UInt64)
        case over
    }

    private let state = Mutex(State.open([:], last: 0))

    /// Calls `react` when the connection ends, on libnats' thread, or now where it has ended.
    ///
    /// - Returns: What ``cancel(_:)`` takes to call it off.
    @discardableResult
    func onReport(_ react: @escaping @Sendable () -> Void) -> UInt64 {
        let id: UInt64? = self.state.withLock { state in
            guard case .open(var reactions, let last) = state else { return nil }
            reactions[last + 1] = react
            state = .open(reactions, last: last + 1)
            return last + 1
        }
        if id == nil { react() }
        return id ?? 0
    }

    /// Calls a reaction off, unless it has been called.
    func cancel(_ id: UInt64) {
        self.state.withLock { state in
            guard case .open(var reactions, let last) = state else { return }
            reactions[id] = nil
            state = .open(reactions, last: last)
        }
    }

    /// Says that the connection has ended.
    func report() {
        let reactions: [@Sendable () -> Void] = self.state.withLock { state in
            guard case .open(let reactions, _) = state else { return [] }
            state = .over
            return Array(reactions.values)
        }
        for react in reactions { react() }
    }
}
