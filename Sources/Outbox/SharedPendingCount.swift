/// The pending count for many callers at once: they share one count, at most a second old.
///
/// A count is kept for twenty times as long as it took, a second at most. So counting keeps a connection busy for a
/// twentieth of the time however many ask, and where it is quick a caller sees its own commit at once.
package actor SharedPendingCount {
    private static let maximumAge = Duration.seconds(1)
    private static let ageOverEffort = 20

    private let count: @Sendable () async throws -> Int64
    private var latest: (count: Int64, end: ContinuousClock.Instant)?
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
        if let running { return try await running.value }
        if let latest, ContinuousClock.now < latest.end { return latest.count }
        // A task of its own: a caller that goes away must not end the count that others wait for.
        let task = Task { try await self.countOnce() }
        self.running = task
        return try await task.value
    }

    private func countOnce() async throws -> Int64 {
        defer { self.running = nil }
        let start = ContinuousClock.now
        self.latest = nil
        let count = try await self.count()
        let end = ContinuousClock.now
        self.latest = (count, min(start + Self.maximumAge, end + (end - start) * Self.ageOverEffort))
        return count
    }
}
