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
    /// Only what keeps everybody from reaching it counts. Where a statement takes too long that may be the statement's own
    /// fault: whether it is the database's, the check finds out.
    ///
    /// - Parameters:
    ///   - error: How.
    ///   - isCheck: Whether it was the check that failed.
    func report(_ error: PostgresError, isCheck: Bool = false) {
        guard error.code != .poolExhausted, error.code != .poolClosed else { return }
        guard error.code != .deadlineExceeded || isCheck else { return }
        if error.isUnavailable || error.code == .invalidConfiguration {
            self.dependency.reportDown(error)
        } else {
            self.reportUp()
        }
    }

    /// Runs what asks the database, and says what became of it.
    ///
    /// - Throws: What `body` throws.
    func observing<Result>(_ body: () async throws -> Result) async throws -> Result {
        do {
            let result = try await body()
            self.reportUp()
            return result
        } catch let error as PostgresError {
            self.report(error)
            throw error
        }
    }
}
