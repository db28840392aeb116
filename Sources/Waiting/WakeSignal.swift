import Synchronization

/// Wakes one of those who wait, and is remembered where nobody does.
///
/// Any number of signals that nobody waited for count as one: what they announce is that there may be work, and whoever
/// wakes looks for all of it.
package final class WakeSignal: Sendable {
    /// One who waits, again and again, and whom others can keep from it.
    ///
    /// Costs less than a task that waits and is cancelled: no task is made, and none has to end first.
    package final class Waiter: Sendable {
        private let signal: WakeSignal
        fileprivate let isInterrupted = Atomic<Bool>(false)

        fileprivate init(_ signal: WakeSignal) {
            self.signal = signal
        }

        /// Returns at the next signal, when the task is cancelled, or when the waiter is interrupted; at once where it has
        /// been.
        ///
        /// One call at a time.
        package func wait() async {
            await self.signal.wait(self)
        }

        /// Makes ``wait()`` return, now and ever after.
        ///
        /// Any thread.
        package func interrupt() {
            self.isInterrupted.store(true, ordering: .sequentiallyConsistent)
            self.signal.remove(self)?.resume()
        }
    }

    private struct State {
        var isPending = false
        var waiters: [(waiter: Waiter, continuation: CheckedContinuation<Void, Never>)] = []
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

    /// Returns one who waits for the signal.
    package func makeWaiter() -> Waiter {
        Waiter(self)
    }

    /// Returns at the next signal, or when the task is cancelled; which of the two, the caller asks its task.
    package func wait() async {
        await self.makeWaiter().wait()
    }

    private func wait(_ waiter: Waiter) async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isOver = self.state.withLock { state in
                    // One who is to wait no longer leaves the signal to the next.
                    if Task.isCancelled || waiter.isInterrupted.load(ordering: .sequentiallyConsistent) { return true }
                    if state.isPending {
                        state.isPending = false
                        return true
                    }
                    state.waiters.append((waiter, continuation))
                    return false
                }
                if isOver { continuation.resume() }
            }
        } onCancel: {
            self.remove(waiter)?.resume()
        }
    }

    /// Forgets one who waits, and returns what makes its wait return.
    private func remove(_ waiter: Waiter) -> CheckedContinuation<Void, Never>? {
        self.state.withLock { state in
            guard let index = state.waiters.firstIndex(where: { $0.waiter === waiter }) else { return nil }
            return state.waiters.remove(at: index).continuation
        }
    }
}
