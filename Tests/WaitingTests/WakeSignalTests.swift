import Testing
import Waiting

@Suite(.timeLimit(.minutes(10)))
struct WakeSignalTests {
    @Test
    func `a signal before the wait ends it, and several count as one`() async {
        let signal = WakeSignal()
        signal.signal()
        signal.signal()
        await signal.wait()
        let second = Task { await signal.wait() }
        second.cancel()
        await second.value
    }

    @Test
    func `a signal wakes one who waits`() async {
        let signal = WakeSignal()
        for _ in 0..<200 {
            let waiter = Task { await signal.wait() }
            signal.signal()
            await waiter.value
        }
    }

    @Test
    func `every one who waits is woken by a signal of its own`() async {
        let signal = WakeSignal()
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<10 { group.addTask { await signal.wait() } }
            // Signals that nobody waits for count as one, so as many are sent as it takes.
            let sender = Task {
                while !Task.isCancelled {
                    signal.signal()
                    await Task.yield()
                }
            }
            await group.waitForAll()
            sender.cancel()
        }
    }

    @Test
    func `a task that is cancelled stops waiting and leaves the signal to the next`() async {
        let signal = WakeSignal()
        signal.signal()
        let cancelled = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            await signal.wait()
        }
        await cancelled.value
        await signal.wait()
    }
}
