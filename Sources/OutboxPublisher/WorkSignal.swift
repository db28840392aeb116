import Synchronization

/// Wakes a worker when there may be work, and no more workers than it takes.
///
/// A signal is left to a worker that is at work and looks for more in a moment: at 1,000 commits a second a second worker
/// would fight it for lanes and processors, and the 99th percentile of the way to the subscriber was 2.4–4 ms with one
/// worker and 3–69 ms with two. One that is busy for longer, as behind a slow broker, is given a colleague at the next
/// signal, and so is one that asks for it.
///
/// Signals that nobody waited for count as one and are remembered: what they announce is that there may be work, and
/// whoever looks looks for all of it.
final class WorkSignal: Sendable {
    /// One worker, which waits again and again.
    ///
    /// Costs less than a task that waits and is cancelled: no task is made, and none has to end first.
    final class Waiter: Sendable {
        private let signal: WorkSignal
        fileprivate let isInterrupted = Atomic<Bool>(false)

        fileprivate init(_ signal: WorkSignal) {
            self.signal = signal
        }

        /// Says that the worker looks for work now.
        func beginTurn() {
            self.signal.state.withLock { $0.working[ObjectIdentifier(self)] = .now }
        }

        /// Says that the worker has found nothing, and returns at the next signal, when the task is cancelled, or when the
        /// waiter is interrupted; at once where it has been.
        ///
        /// One call at a time.
        func wait() async {
            await self.signal.wait(self)
        }

        /// Says that the worker works no longer, and makes ``wait()`` return, now and ever after.
        ///
        /// Any thread.
        func interrupt() {
            self.isInterrupted.store(true, ordering: .sequentiallyConsistent)
            self.signal.remove(self)
        }
    }

    private struct State {
        var isPending = false
        var waiting: [(waiter: Waiter, continuation: CheckedContinuation<Void, Never>)] = []
        /// Since when those who work have looked for work last.
        var working: [ObjectIdentifier: ContinuousClock.Instant] = [:]

        /// Takes the one who has waited longest.
        mutating func takeFirst() -> CheckedContinuation<Void, Never> {
            let (waiter, continuation) = self.waiting.removeFirst()
            self.working[ObjectIdentifier(waiter)] = .now
            return continuation
        }
    }

    private let patience: Duration
    private let state = Mutex(State())

    /// Creates a signal that is not pending.
    ///
    /// - Parameter patience: How long after a worker has looked for work signals are left to it; a batch of one takes half a
    ///   millisecond.
    init(patience: Duration = .milliseconds(2)) {
        self.patience = patience
    }

    /// How many workers wait.
    var waitingCount: Int { self.state.withLock { $0.waiting.count } }

    /// Returns a worker's part of it.
    func makeWaiter() -> Waiter {
        Waiter(self)
    }

    /// Says that there may be work: for a worker that will look soon, or else for the one who has waited longest, or for
    /// the next who waits.
    ///
    /// Any thread.
    func signal() {
        let waiting: CheckedContinuation<Void, Never>? = self.state.withLock { state in
            let lastLook = ContinuousClock.now - self.patience
            guard !state.waiting.isEmpty, !state.working.values.contains(where: { $0 > lastLook }) else {
                state.isPending = true
                return nil
            }
            return state.takeFirst()
        }
        waiting?.resume()
    }

    /// Wakes one who waits, where one does: there is more work than the caller can do.
    func callColleague() {
        self.state.withLock { $0.waiting.isEmpty ? nil : $0.takeFirst() }?.resume()
    }

    private func wait(_ waiter: Waiter) async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isOver = self.state.withLock { state in
                    state.working[ObjectIdentifier(waiter)] = nil
                    // One who is to wait no longer leaves the signal to the next.
                    if Task.isCancelled || waiter.isInterrupted.load(ordering: .sequentiallyConsistent) { return true }
                    guard state.isPending else {
                        state.waiting.append((waiter, continuation))
                        return false
                    }
                    state.isPending = false
                    state.working[ObjectIdentifier(waiter)] = .now
                    return true
                }
                if isOver { continuation.resume() }
            }
        } onCancel: {
            self.remove(waiter)
        }
    }

    /// Forgets a worker: its wait returns, and what was left to it goes to one who waits.
    private func remove(_ waiter: Waiter) {
        let woken: [CheckedContinuation<Void, Never>] = self.state.withLock { state in
            var woken: [CheckedContinuation<Void, Never>] = []
            state.working[ObjectIdentifier(waiter)] = nil
            if let index = state.waiting.firstIndex(where: { $0.waiter === waiter }) {
                woken.append(state.waiting.remove(at: index).continuation)
            }
            if state.isPending, !state.waiting.isEmpty {
                state.isPending = false
                woken.append(state.takeFirst())
            }
            return woken
        }
        for continuation in woken { continuation.resume() }
    }
}
