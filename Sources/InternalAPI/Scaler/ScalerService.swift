import Outbox
import Postgres
import Waiting

/// What the external scaler says: whether there is something for a publisher to do, and how much.
///
/// From the same count as `/api/internal/outbox/pending-count`.
struct ScalerService: Sendable {
    /// The shortest time between two reports to one listener, each of which makes KEDA write to its ScaledObject.
    private static let reportInterval = Duration.seconds(1)

    let pendingCount: SharedPendingCount
    let bell: PendingBell

    /// Whether there is something to do.
    ///
    /// - Throws: `PostgresError`.
    func isActive(_ targets: ScalerTargets) async throws -> Bool {
        try await self.pendingCount.value().count > targets.activation
    }

    /// How much there is of a metric.
    ///
    /// - Throws: `PostgresError`.
    func value(of metric: ScalerMetric) async throws -> Double {
        let rows = try await self.pendingCount.value()
        return switch metric {
        case .pending: Double(rows.count)
        case .oldestAge: rows.oldestAge?.seconds ?? 0
        }
    }

    /// Reports each time there is something to do, and again each second while there is, until the task is cancelled.
    ///
    /// That there is nothing to do is not reported: after how long this counts, KEDA knows, which finds it by asking.
    /// A database that is away is waited for: to KEDA a stream that ends is one to come back to after a while, and what
    /// was committed meanwhile would wait that long.
    ///
    /// - Throws: What `report` throws; `CancellationError`.
    func reportActivity(_ targets: ScalerTargets, to report: () async throws -> Void) async throws {
        try await self.bell.withSignal { signal in
            while true {
                let moment = ContinuousClock.now
                if try await self.hasMore(than: targets.activation, since: moment) {
                    try await report()
                    try await Task.sleep(for: Self.reportInterval)
                } else {
                    await signal.wait()
                    try Task.checkCancellation()
                }
            }
        }
    }

    private func hasMore(than activation: Int, since moment: ContinuousClock.Instant) async throws -> Bool {
        do {
            return try await self.pendingCount.value(since: moment).count > activation
        } catch is PostgresError {
            return false
        }
    }
}
