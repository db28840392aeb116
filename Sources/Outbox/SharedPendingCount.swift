/// The pending count for many callers at once: they share one count, at most a second old.
///
/// A count is kept for twenty times as long as it took, until a second after it began at most. So counting keeps a
/// connection busy for a twentieth of the time however many ask, and where it is quick a caller sees its own commit at
/// once. Where it is not, the next count is begun before the last one is too old to be told, so that of many callers
/// none waits for it.
package actor SharedPendingCount {
    private static let maximumAge = Duration.seconds(1)
    private static let ageOverEffort = 20

    private let count: @Sendable () async throws -> Int64
    private var latest: (count: Int64, renewal: ContinuousClock.Instant, end: ContinuousClock.Instant)?
    private var running: Task<Int64, any Error>?

    /// Shares a service's count.
    package init(_ outbox: OutboxService) {
        self.init { try await outbox.pendingCount() }
    }

    init(_ count: @escaping @Sendable () async throws -> Int64) {
        self.count = count
    }

    /// How many rows are due or have a lease that ran out.
    ///
    /// - Throws: `PostgresError`; a failure is shared by those who waited for it, and not kept.
    package func value() async throws -> Int64 {
        let now = ContinuousClock.now
        if let latest, now < latest.end {
            if now >= latest.renewal { _ = self.startCount() }
            return latest.count
        }
        return try await self.startCount().value
    }

    /// The count that is running, or a new one.
    private func startCount() -> Task<Int64, any Error> {
        if let running { return running }
        // A task of its own: a caller that goes away must not end the count that others wait for.
        let task = Task { try await self.countOnce() }
        self.running = task
        return task
    }

    private func countOnce() async throws -> Int64 {
        defer { self.running = nil }
        let start = ContinuousClock.now
        let count: Int64
        do {
            count = try await self.count()
        } catch {
            // What is not known any more is not told any more.
            self.latest = nil
            throw error
        }
        let effort = start.duration(to: .now)
        let end = min(start + Self.maximumAge, start + effort + effort * Self.ageOverEffort)
        // The next count may take half as long again; where there is no time left for it, callers wait.
        let renewal = end == start + Self.maximumAge ? end - effort * 3 / 2 : end
        self.latest = (count, renewal, end)
        return count
    }
}
