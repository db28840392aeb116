import EventLog
import Postgres
import ServiceLifecycle
import ServiceRuntime
import Waiting

/// Asks the database now and then whether it is there, so that a projector without messages knows it too, and how many
/// dead letters wait in it.
struct DatabaseWatch: Service {
    private static let interval = Duration.seconds(5)
    /// Counting so many takes a millisecond or two; more are as bad.
    private static let maximumCount = 10_000

    let pool: PostgresPool
    let dependency: Dependency
    let heartbeat: Heartbeat
    let metrics: ProjectorMetrics

    func run() async throws {
        try? await cancelWhenGracefulShutdown {
            var backoff = RetryBackoff(maximum: Self.interval)
            while true {
                self.heartbeat.beat()
                do {
                    try await self.pool.withConnection { _ = try await $0.query("SELECT 1") }
                    self.dependency.reportUp()
                    backoff.reset()
                    await self.countDeadLetters()
                    try await Task.sleep(for: Self.interval)
                } catch let error as PostgresError {
                    self.dependency.reportDown(error)
                    try await Task.sleep(for: backoff.next())
                }
            }
        }
    }

    /// A count that fails is left out: the workers say what is wrong with the table, or with the database.
    private func countDeadLetters() async {
        let service = DeadLetterService(pool: self.pool)
        guard let count = try? await service.count(upTo: Self.maximumCount) else { return }
        self.metrics.recordWaitingDeadLetters(count)
    }
}
