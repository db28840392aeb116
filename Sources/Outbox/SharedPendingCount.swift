/// The pending count for many callers at once: they share one count.
///
/// A count is kept for twenty times as long as it took, a second at most. So counting keeps a connection busy for a twentieth
/// of the time however many ask, and where it is quick a caller sees its own commit at once. Where it is not, the next one
/// begins a second after the last one began, and the last one is told meanwhile, until a second after it ended: of many
/// callers none waits, and what they are told is no older than a second and the time of a count. One that takes longer than a
/// second is followed by the next at once while somebody asks. One that fails is not kept.
package actor SharedPendingCount {
    private struct Count {
        let rows: PendingRows
        let start: ContinuousClock.Instant
        /// When the next one may begin.
        let renewal: ContinuousClock.Instant
        /// When it is too old to be told.
        let expiry: ContinuousClock.Instant

        init(_ rows: PendingRows, start: ContinuousClock.Instant, end: ContinuousClock.Instant) {
            let effort = start.duration(to: end)
            let age = effort * (1 + SharedPendingCount.ageOverEffort)
            let isQuick = age < SharedPendingCount.maximumAge
            self.rows = rows
            self.start = start
            self.renewal = start + (isQuick ? age : SharedPendingCount.maximumAge)
            self.expiry = isQuick ? self.renewal : end + SharedPendingCount.maximumAge
        }
    }

    private static let maximumAge = Duration.seconds(1)
    private static let ageOverEffort = 20

    private let count: @Sendable () async throws -> PendingRows
    private let now: @Sendable () -> ContinuousClock.Instant
    private var latest: Count?
    private var running: Task<Count, any Error>?

    /// Shares a count.
    ///
    /// - Parameters:
    ///   - count: Counts.
    ///   - now: What time it is.
    package init(
        _ count: @escaping @Sendable () async throws -> PendingRows,
        now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }
    ) {
        self.count = count
        self.now = now
    }

    /// The rows that are due or have a lease that ran out.
    ///
    /// - Throws: `PostgresError`; a failure is shared by those who waited for it, and not kept.
    package func value() async throws -> PendingRows {
        try await self.currentCount().rows
    }

    /// The same from a count that begins after a moment, and so sees all that was committed before it.
    ///
    /// Waits until such a one may begin, so that nothing is counted more often than otherwise.
    ///
    /// - Throws: `PostgresError`; `CancellationError` when the task is cancelled.
    package func value(since moment: ContinuousClock.Instant) async throws -> PendingRows {
        while true {
            let count = try await self.currentCount()
            if count.start >= moment { return count.rows }
            if let running {
                _ = try await running.value
            } else {
                try await Task.sleep(for: self.now().duration(to: count.renewal))
            }
        }
    }

    private func currentCount() async throws -> Count {
        let now = self.now()
        guard let latest, now < latest.expiry else { return try await self.startCount().value }
        if now >= latest.renewal { _ = self.startCount() }
        return latest
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
        let start = self.now()
        do {
            let rows = try await self.count()
            let count = Count(rows, start: start, end: self.now())
            self.latest = count
            return count
        } catch {
            // What is not known any more is not told any more.
            self.latest = nil
            throw error
        }
    }
}
