import Synchronization

/// Wakes one of those who wait, and is remembered where nobody does.
///
/// Any number of signals that nobody waited for count as one: what they announce is that there may be work, and whoever
/// wakes looks for all of it.
package final class WakeSignal: Sendable {
    private struct State {
        var isPending = false
        var last: UInt64 = 0
        var waiters: [(id: UInt64, continuation: CheckedContinuation<Void, Never>)] = []
    }

    private let state = Mutex(State())

    /// Creates a signal that is not pending.
    package init() {}

    /// Wakes the one who has waited longest, or the next who comes.
    ///
    /// Any thread.
    package func signal() {
        let waiter: CheckedContinuation<Void, Never>? = self.state.withLock { state in
            guard !state.waiters.isEmpty else {
                state.isPending = true
                return nil
            }
            return state.waiters.removeFirst().continuation
        }
        waiter?.resume()
    }

    /// Returns at the next signal, or when the task is cancelled; which of the two, the caller asks its task.
    package func wait() async {
        let id = self.state.withLock { state in
            state.last += 1
            return state.last
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isOver = self.state.withLock { state in
                    // One who was cancelled leaves the signal to the next.
                    if Task.isCancelled { return true }
                    if state.isPending {
                        state.isPending = false
                        return true
                    }
                    state.waiters.append((id, continuation))
                    return false
                }
                if isOver { continuation.resume() }
            }
        } onCancel: {
            let waiter: CheckedContinuation<Void, Never>? = self.state.withLock { state in
                guard let index = state.waiters.firstIndex(where: { $0.id == id }) else { return nil }
                return state.waiters.remove(at: index).continuation
            }
            waiter?.resume()
        }
    }
}
