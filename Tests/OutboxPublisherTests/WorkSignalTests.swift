import TestSupport
import Testing

@testable import OutboxPublisher

@Suite(.timeLimit(.minutes(10)))
struct WorkSignalTests {
    /// As long as a test lasts, at least.
    private static let forever = Duration.seconds(100_000)

    /// A worker at work, and one that waits.
    private struct Crew {
        let signal: WorkSignal
        let working: WorkSignal.Waiter
        let idle: WorkSignal.Waiter
        let waiting: Task<Void, Never>

        init(patience: Duration) async throws {
            let signal = WorkSignal(patience: patience)
            let (working, idle) = (signal.makeWaiter(), signal.makeWaiter())
            working.beginTurn()
            self.signal = signal
            self.working = working
            self.idle = idle
            self.waiting = Task { await idle.wait() }
            try await eventually { signal.waitingCount == 1 }
        }
    }

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
    func `a signal is left to one who works, also by one who comes to wait`() async throws {
        let crew = try await Crew(patience: Self.forever)
        crew.signal.signal()
        #expect(crew.signal.waitingCount == 1)
        let third = crew.signal.makeWaiter()
        let thirdWaits = Task { await third.wait() }
        try await eventually { crew.signal.waitingCount == 2 }
        await crew.working.wait()
        for task in [crew.waiting, thirdWaits] {
            task.cancel()
            await task.value
        }
    }

    @Test
    func `one who has worked for long is given a colleague at the next signal`() async throws {
        let crew = try await Crew(patience: .zero)
        crew.signal.signal()
        #expect(crew.signal.waitingCount == 0)
        await crew.waiting.value
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
        // Left to those who work, of whom one is there in the end, and need not wait.
        signal.signal()
        for waiter in waiters[..<2] { waiter.interrupt() }
        await waiters[2].wait()
    }

    @Test
    func `what was left to one who works no longer goes to one who waits`() async throws {
        let crew = try await Crew(patience: Self.forever)
        crew.signal.signal()
        crew.working.interrupt()
        await crew.waiting.value
    }

    @Test
    func `there is one lookout, who stays it while it waits and while it has not been busy for long`() async throws {
        let signal = WorkSignal(patience: Self.forever)
        let (first, second) = (signal.makeWaiter(), signal.makeWaiter())
        #expect(first.becomeLookout())
        #expect(!second.becomeLookout())
        first.beginTurn()
        #expect(!second.becomeLookout())
        #expect(first.becomeLookout())
    }

    @Test
    func `a lookout that has been busy for long is followed by one who comes to wait`() async throws {
        let signal = WorkSignal(patience: .zero)
        let (first, second) = (signal.makeWaiter(), signal.makeWaiter())
        #expect(first.becomeLookout())
        first.beginTurn()
        try await eventually { second.becomeLookout() }
        #expect(!first.becomeLookout())
    }

    @Test
    func `where the lookout goes, one who waits is woken and follows it`() async throws {
        let crew = try await Crew(patience: Self.forever)
        #expect(crew.working.becomeLookout())
        crew.working.interrupt()
        await crew.waiting.value
        #expect(crew.idle.becomeLookout())
    }

    @Test
    func `one who waits in its own way is woken by a signal, and waits no longer when it returns`() async {
        let signal = WorkSignal(patience: .zero)
        let waiter = signal.makeWaiter()
        for isSignalled in [true, false] {
            let (wakes, wake) = AsyncStream<Void>.makeStream()
            await waiter.wait(wake: { wake.yield() }) {
                #expect(signal.waitingCount == 1)
                if isSignalled { signal.signal() } else { wake.yield() }
                for await _ in wakes { break }
            }
            #expect(signal.waitingCount == 0)
        }
        signal.signal()
        await waiter.wait(wake: {}) { Issue.record("there was a signal") }
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
