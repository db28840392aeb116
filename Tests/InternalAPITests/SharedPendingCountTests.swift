import Synchronization
import Testing

@testable import Outbox

struct SharedPendingCountTests {
    private struct Away: Error {}

    /// A time that passes when the test says so.
    private final class Clock: Sendable {
        private let time = Mutex(ContinuousClock.now)

        var now: ContinuousClock.Instant { self.time.withLock { $0 } }

        func advance(_ duration: Duration) {
            self.time.withLock { $0 += duration }
        }
    }

    private static func rows(_ count: Int64) -> PendingRows {
        PendingRows(count: count, oldestAge: nil)
    }

    @Test(.timeLimit(.minutes(10))) func `callers at once share one count`() async throws {
        let counts = Mutex(0)
        let (gate, open) = AsyncStream<Void>.makeStream()
        let clock = Clock()
        let shared = SharedPendingCount {
            counts.withLock { $0 += 1 }
            for await _ in gate { break }
            clock.advance(.milliseconds(2))
            return Self.rows(7)
        } now: {
            clock.now
        }
        try await withThrowingTaskGroup(of: PendingRows.self) { group in
            for _ in 0..<50 { group.addTask { try await shared.value() } }
            while counts.withLock({ $0 }) == 0 { await Task.yield() }
            open.yield()
            for try await count in group { #expect(count == Self.rows(7)) }
        }
        #expect(counts.withLock { $0 } == 1)
    }

    @Test func `a count is kept for twenty times as long as it took`() async throws {
        let clock = Clock()
        let counts = Mutex<Int64>(0)
        let shared = SharedPendingCount {
            clock.advance(.milliseconds(2))
            return Self.rows(
                counts.withLock { count in
                    count += 1
                    return count
                }
            )
        } now: {
            clock.now
        }
        #expect(try await shared.value().count == 1)
        clock.advance(.milliseconds(39))
        for _ in 0..<100 { #expect(try await shared.value().count == 1) }
        clock.advance(.milliseconds(1))
        for _ in 0..<100 { #expect(try await shared.value().count == 2) }
        // Nobody has asked for long: what is told is counted now.
        clock.advance(.seconds(5))
        #expect(try await shared.value().count == 3)
    }

    @Test(.timeLimit(.minutes(10))) func `a count that takes long is renewed a second later, and told meanwhile`()
        async throws
    {
        let clock = Clock()
        let counts = Mutex<Int64>(0)
        let (gate, open) = AsyncStream<Void>.makeStream()
        let shared = SharedPendingCount {
            let count = counts.withLock { count in
                count += 1
                return count
            }
            if count == 1 {
                clock.advance(.milliseconds(300))
            } else {
                for await _ in gate { break }
            }
            return Self.rows(count)
        } now: {
            clock.now
        }
        #expect(try await shared.value().count == 1)
        clock.advance(.milliseconds(699))
        #expect(try await shared.value().count == 1)
        #expect(counts.withLock { $0 } == 1)
        // A second after it began the next one begins, and until a second after it ended nobody waits for that.
        clock.advance(.milliseconds(1))
        #expect(try await shared.value().count == 1)
        while counts.withLock({ $0 }) == 1 { await Task.yield() }
        clock.advance(.milliseconds(299))
        #expect(try await shared.value().count == 1)
        clock.advance(.milliseconds(1))
        async let next = shared.value().count
        open.yield()
        let renewed = try await next
        #expect(renewed == 2)
        #expect(counts.withLock { $0 } == 2)
    }

    @Test func `a failure is not kept`() async throws {
        let counts = Mutex<Int64>(0)
        let shared = SharedPendingCount {
            let count = counts.withLock { count in
                count += 1
                return count
            }
            guard count > 1 else { throw Away() }
            return Self.rows(count)
        }
        await #expect(throws: Away.self) { try await shared.value() }
        #expect(try await shared.value().count == 2)
    }

    @Test(.timeLimit(.minutes(10))) func `one who wants to see a commit waits for a count that began after it`()
        async throws
    {
        let counts = Mutex<Int64>(0)
        let shared = SharedPendingCount {
            // So long that the answer cannot have come from a count that began before.
            try await Task.sleep(for: .milliseconds(200))
            return Self.rows(
                counts.withLock { count in
                    count += 1
                    return count
                }
            )
        }
        #expect(try await shared.value().count == 1)
        let moment = ContinuousClock.now
        #expect(try await shared.value(since: moment).count > 1)
        #expect(ContinuousClock.now - moment > .milliseconds(200))
        await #expect(throws: CancellationError.self) {
            let task = Task { try await shared.value(since: .now + .seconds(3600)) }
            task.cancel()
            _ = try await task.value
        }
    }
}
