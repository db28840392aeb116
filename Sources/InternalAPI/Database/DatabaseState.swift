import Postgres
import ServiceRuntime
import Synchronization

/// Whether the database is there, as those who use it find out.
final class DatabaseState: Sendable {
    private let dependency: Dependency
    private let lastReport = Mutex<ContinuousClock.Instant?>(nil)

    init(_ dependency: Dependency) {
        self.dependency = dependency
    }

    /// Whether somebody reached it within this time.
    func isKnownUp(since limit: Duration) -> Bool {
        self.dependency.isUp && self.lastReport.withLock { $0.map { .now - $0 < limit } ?? false }
    }

    /// Says that somebody reached it.
    func reportUp() {
        self.lastReport.withLock { $0 = .now }
        self.dependency.reportUp()
    }

    /// Says how somebody failed.
    ///
    /// Only what keeps everybody from reaching it counts.
    func report(_ error: PostgresError) {
        guard error.code != .poolExhausted, error.code != .poolClosed else { return }
        if error.isUnavailable || error.code == .invalidConfiguration {
            self.dependency.reportDown(error)
        } else {
            self.reportUp()
        }
    }
}
