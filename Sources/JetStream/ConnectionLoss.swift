import Synchronization

/// The end of a connection, to react to.
final class ConnectionLoss: Sendable {
    private enum State {
        case open([@Sendable () -> Void])
        case over
    }

    private let state = Mutex(State.open([]))

    /// Calls `react` when the connection ends, on libnats' thread, or now where it has ended.
    func onReport(_ react: @escaping @Sendable () -> Void) {
        let isOver = self.state.withLock { state in
            guard case .open(let reactions) = state else { return true }
            state = .open(reactions + [react])
            return false
        }
        if isOver { react() }
    }

    /// Says that the connection has ended.
    func report() {
        let reactions: [@Sendable () -> Void] = self.state.withLock { state in
            guard case .open(let reactions) = state else { return [] }
            state = .over
            return reactions
        }
        for react in reactions { react() }
    }
}
