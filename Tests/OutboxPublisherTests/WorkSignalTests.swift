import TestSupport
import Testing

@testable import OutboxPublisher

@Suite(.timeLimit(.minutes(10)))
struct WorkSignalTests {
    /// As long as a test lasts, at least.
    private static let forever = Duration.seconds(100_000)

    @Test
    func `signals that nobody waits for are remembered and count as one`() async {
        let signal = WorkSignal()
        let waiter = signal.makeWaiter()
        signal.signal()
        signal.signal()
        await waiter.wait()
        let second = Task { await waiter.wait() }
        second.cancel()
        await second.value
    }

    @Test
    func `a signal wakes one who waits`() async throws {
        let signal = WorkSignal()
        let waiter = signal.makeWaiter()
        for _ in 0..<200 {
            let waiting = Task { await waiter.wait() }
            signal.signal()
            await waiting.value
        }
    }

    @Test
    func `a signal is left to one who works`() async throws {
        let signal = WorkSignal(patience: Self.forever)
        let (working, idle) = (signal.makeWaiter(), signal.makeWaiter())
        working.beginTurn()
        let waiting = Task { await idle.wait() }
        try await eventually { signal.waitingCount == 1 }
        signal.signal()
        #expect(signal.waitingCount == 1)
        await working.wait()
        waiting.cancel()
        await waiting.value
    }

    @Test
    func `one who has worked for long is given a colleague at the next signal`() async throws {
        let signal = WorkSignal(patience: .zero)
        let (working, idle) = (signal.makeWaiter(), signal.makeWaiter())
        working.beginTurn()
        let waiting = Task { await idle.wait() }
        try await eventually { signal.waitingCount == 1 }
        signal.signal()
        #expect(signal.waitingCount == 0)
        await waiting.value
    }

    @Test
    func `one who asks for a colleague gets one, and one who was woken counts as working`() async throws {
        let signal = WorkSignal(patience: Self.forever)
        let waiters = (0..<3).map { _ in signal.makeWaiter() }
        waiters[0].beginTurn()
        let waiting = waiters[1...].map { waiter in Task { await waiter.wait() } }
        try await eventually { signal.waitingCount == 2 }
        signal.callColleague()
        #expect(signal.waitingCount == 1)
        signal.callColleague()
        #expect(signal.waitingCount == 0)
        signal.callColleague()
        for task in waiting { await task.value }
        // Left to one of those who work, which then need not wait.
        signal.signal()
        await waiters[2].wait()
    }

    @Test
    func `what was left to one who works no longer goes to one who waits`() async throws {
        let signal = WorkSignal(patience: Self.forever)
        let (working, idle) = (signal.makeWaiter(), signal.makeWaiter())
        working.beginTurn()
        let waiting = Task { await idle.wait() }
        try await eventually { signal.waitingCount == 1 }
        signal.signal()
        working.interrupt()
        await waiting.value
    }

    @Test
    func `one who is interrupted waits no longer, then and later, and leaves the signal to the next`() async {
        for _ in 0..<200 {
            let signal = WorkSignal()
            let waiter = signal.makeWaiter()
            let waiting = Task { await waiter.wait() }
            waiter.interrupt()
            await waiting.value
            signal.signal()
            await waiter.wait()
            await signal.makeWaiter().wait()
        }
    }

    @Test
    func `a task that is cancelled stops waiting and leaves the signal to the next`() async {
        let signal = WorkSignal()
        let waiter = signal.makeWaiter()
        signal.signal()
        let cancelled = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            await waiter.wait()
        }
        await cancelled.value
        await waiter.wait()
    }
}
