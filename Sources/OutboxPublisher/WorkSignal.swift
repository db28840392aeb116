import Synchronization

/// Wakes a worker when there may be work, and no more workers than it takes.
///
/// One of the workers is the lookout: it hears of commits itself, between its batches and while it waits. The others wait
/// for a signal. A signal, too, is left to a worker that is at work and looks for more in a moment: at 1,000 commits a
/// second a second worker would fight it for lanes and processors, and the 99th percentile of the way to the subscriber was
/// 2.4–4 ms with one worker and 3–69 ms with two. One that is busy for longer, as behind a slow broker, calls a colleague,
/// who then is the lookout.
///
/// Signals that nobody waited for count as one and are remembered: what they announce is that there may be work, and
/// whoever looks looks for all of it.
final class WorkSignal: Sendable {
    /// One worker, which waits again and again, one call at a time.
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

        /// Whether the worker is to be the lookout: where there is none, or the one there is has been busy for long.
        ///
        /// It stays the lookout until then.
        func becomeLookout() -> Bool {
            self.signal.becomeLookout(self)
        }

        /// Says that the worker has found nothing, and returns at the next signal, when the task is cancelled, or when the
        /// waiter is interrupted; at once where it has been.
        func wait() async {
            await withTaskCancellationHandler {
                await withCheckedContinuation { continuation in
                    if !self.signal.enter(self, wake: { continuation.resume() }) { continuation.resume() }
                }
            } onCancel: {
                self.signal.remove(self)
            }
        }

        /// Says that the worker has found nothing, and waits in `body`, which may also return by itself.
        ///
        /// - Parameters:
        ///   - wake: Makes `body` return. Called once at most, on any thread, when ``wait()`` would return.
        ///   - body: Waits. Not called where ``wait()`` would return at once.
        /// - Throws: What `body` throws.
        func wait(wake: @escaping @Sendable () -> Void, _ body: () async throws -> Void) async rethrows {
            guard self.signal.enter(self, wake: wake) else { return }
            defer { self.signal.leave(self) }
            try await body()
        }

        /// Says that the worker works no longer, and makes it wait no longer, now and ever after.
        ///
        /// Any thread.
        func interrupt() {
            self.isInterrupted.store(true, ordering: .sequentiallyConsistent)
            self.signal.remove(self)
        }
    }

    private struct State {
        var isPending = false
        var waiting: [(waiter: Waiter, wake: @Sendable () -> Void)] = []
        /// Since when those who work have looked for work last.
        var working: [ObjectIdentifier: ContinuousClock.Instant] = [:]
        var lookout: ObjectIdentifier?

        /// Whether somebody has looked for work since then.
        func isAnyoneLooking(since start: ContinuousClock.Instant) -> Bool {
            self.working.values.contains { $0 > start }
        }

        /// Takes the one who has waited longest, or least.
        mutating func take(last: Bool = false) -> (@Sendable () -> Void)? {
            guard !self.waiting.isEmpty else { return nil }
            let (waiter, wake) = last ? self.waiting.removeLast() : self.waiting.removeFirst()
            self.working[ObjectIdentifier(waiter)] = .now
            return wake
        }
    }

    /// How long after a worker has looked for work it is left to it; a batch of one takes half a millisecond.
    let patience: Duration

    private let state = Mutex(State())

    /// Creates a signal that is not pending.
    ///
    /// - Parameter patience: How long after a worker has looked for work signals are left to it.
    init(patience: Duration = .milliseconds(2)) {
        self.patience = patience
    }

    /// How many workers wait.
    var waitingCount: Int { self.state.withLock { $0.waiting.count } }

    /// Returns a worker's part of it.
    func makeWaiter() -> Waiter {
        Waiter(self)
    }

    /// Says that there may be work: for a worker that will look soon, or else for the one who has worked last, or for the
    /// next who waits.
    ///
    /// Any thread.
    func signal() {
        let wake: (@Sendable () -> Void)? = self.state.withLock { state in
            guard !state.isAnyoneLooking(since: .now - self.patience), let wake = state.take(last: true) else {
                state.isPending = true
                return nil
            }
            return wake
        }
        wake?()
    }

    /// Wakes the one who has waited longest, where one does: there is more work than the caller can do.
    ///
    /// Any thread.
    func callColleague() {
        self.state.withLock { $0.take() }?()
    }

    private func becomeLookout(_ waiter: Waiter) -> Bool {
        self.state.withLock { state in
            let id = ObjectIdentifier(waiter)
            guard let lookout = state.lookout, lookout != id else {
                state.lookout = id
                return true
            }
            // One who waits is not among those who work.
            guard let lastLook = state.working[lookout], lastLook < .now - self.patience else { return false }
            state.lookout = id
            return true
        }
    }

    /// Notes that a worker waits, or returns `false` where it is not to.
    private func enter(_ waiter: Waiter, wake: @escaping @Sendable () -> Void) -> Bool {
        self.state.withLock { state in
            state.working[ObjectIdentifier(waiter)] = nil
            // One who is to wait no longer leaves the signal to the next.
            if Task.isCancelled || waiter.isInterrupted.load(ordering: .sequentiallyConsistent) { return false }
            guard state.isPending, !state.isAnyoneLooking(since: .now - self.patience) else {
                state.waiting.append((waiter, wake))
                return true
            }
            state.isPending = false
            state.working[ObjectIdentifier(waiter)] = .now
            return false
        }
    }

    /// Notes that a worker waits no longer.
    private func leave(_ waiter: Waiter) {
        self.state.withLock { $0.waiting.removeAll { $0.waiter === waiter } }
    }

    /// Forgets a worker: its wait returns, and what was left to it goes to one who waits.
    private func remove(_ waiter: Waiter) {
        let wakes: [@Sendable () -> Void] = self.state.withLock { state in
            var wakes: [@Sendable () -> Void] = []
            let id = ObjectIdentifier(waiter)
            state.working[id] = nil
            if let index = state.waiting.firstIndex(where: { $0.waiter === waiter }) {
                wakes.append(state.waiting.remove(at: index).wake)
            }
            let wasLookout = state.lookout == id
            if wasLookout { state.lookout = nil }
            if wasLookout || state.isPending, let wake = state.take() {
                state.isPending = false
                wakes.append(wake)
            }
            return wakes
        }
        for wake in wakes { wake() }
    }
}
