import Synchronization
import Testing

@testable import Outbox

struct SharedPendingCountTests {
    private struct Away: Error {}

    private static func rows(_ count: Int64) -> PendingRows {
        PendingRows(count: count, oldestAge: nil)
    }

    @Test(.timeLimit(.minutes(10))) func `callers at once share one count`() async throws {
        let counts = Mutex(0)
        let (gate, open) = AsyncStream<Void>.makeStream()
        let shared = SharedPendingCount {
            counts.withLock { $0 += 1 }
            for await _ in gate { break }
            return Self.rows(7)
        }
        try await withThrowingTaskGroup(of: PendingRows.self) { group in
            for _ in 0..<50 { group.addTask { try await shared.value() } }
            while counts.withLock({ $0 }) == 0 { await Task.yield() }
            open.yield()
            for try await count in group { #expect(count == Self.rows(7)) }
        }
        #expect(counts.withLock { $0 } == 1)
    }

    @Test(.timeLimit(.minutes(10))) func `a count that takes long is renewed before it is too old to be told`()
        async throws
    {
        let counts = Mutex<Int64>(0)
        let (gate, open) = AsyncStream<Void>.makeStream()
        let shared = SharedPendingCount {
            let count = counts.withLock { count in
                count += 1
                return count
            }
            if count == 1 {
                // Long enough that it is kept for as long as any, and renewed in that time.
                try await Task.sleep(for: .milliseconds(200))
            } else {
                for await _ in gate { break }
            }
            return Self.rows(count)
        }
        #expect(try await shared.value().count == 1)
        // Nobody waits for the second count while the first may be told.
        while counts.withLock({ $0 }) == 1 { #expect(try await shared.value().count == 1) }
        open.yield()
        while try await shared.value().count == 1 { await Task.yield() }
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
            // Long enough that the first count is still kept when it is asked for again.
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
