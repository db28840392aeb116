/// The pending count for many callers at once: they share one count, at most a second old.
///
/// A count is kept for twenty times as long as it took, until a second after it began at most. So counting keeps a
/// connection busy for a twentieth of the time however many ask, and where it is quick a caller sees its own commit at
/// once. Where it is not, the next count is begun before the last one is too old to be told, so that of many callers
/// none waits for it.
package actor SharedPendingCount {
    private struct Count {
        let rows: PendingRows
        let start: ContinuousClock.Instant
        let renewal: ContinuousClock.Instant
        let end: ContinuousClock.Instant
    }

    private static let maximumAge = Duration.seconds(1)
    private static let ageOverEffort = 20

    private let count: @Sendable () async throws -> PendingRows
    private var latest: Count?
    private var running: Task<Count, any Error>?

    /// Shares a service's count.
    package init(_ outbox: OutboxService) {
        self.init { try await outbox.pendingRows() }
    }

    init(_ count: @escaping @Sendable () async throws -> PendingRows) {
        self.count = count
    }

    /// The rows that are due or have a lease that ran out.
    ///
    /// - Throws: `PostgresError`; a failure is shared by those who waited for it, and not kept.
    package func value() async throws -> PendingRows {
        try await self.currentCount().rows
    }

    /// The same from a count that begins after a moment, and so sees all that was committed before it.
    ///
    /// Waits where a count from before is still kept, so that nothing is counted more often than otherwise.
    ///
    /// - Throws: `PostgresError`; `CancellationError` when the task is cancelled.
    package func value(since moment: ContinuousClock.Instant) async throws -> PendingRows {
        while true {
            let count = try await self.currentCount()
            if count.start >= moment { return count.rows }
            try await Task.sleep(until: count.end, clock: .continuous)
        }
    }

    private func currentCount() async throws -> Count {
        let now = ContinuousClock.now
        if let latest, now < latest.end {
            if now >= latest.renewal { _ = self.startCount() }
            return latest
        }
        return try await self.startCount().value
    }

    /// The count that is running, or a new one.
    private func startCount() -> Task<Count, any Error> {
        if let running { return running }
        // A task of its own: a caller that goes away must not end the count that others wait for.
        let task = Task { try await self.countOnce() }
        self.running = task
        return task
    }

    private func countOnce() async throws -> Count {
        defer { self.running = nil }
        let start = ContinuousClock.now
        let rows: PendingRows
        do {
            rows = try await self.count()
        } catch {
            // What is not known any more is not told any more.
            self.latest = nil
            throw error
        }
        let effort = start.duration(to: .now)
        let end = min(start + Self.maximumAge, start + effort + effort * Self.ageOverEffort)
        // The next count may take half as long again; where there is no time left for it, callers wait.
        let renewal = end == start + Self.maximumAge ? end - effort * 3 / 2 : end
        let count = Count(rows: rows, start: start, renewal: renewal, end: end)
        self.latest = count
        return count
    }
}
