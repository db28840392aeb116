import Postgres
import ServiceLifecycle
import ServiceRuntime
import Waiting

/// Asks the database now and then whether it is there, so that a projector without messages knows it too.
struct DatabaseWatch: Service {
    private static let interval = Duration.seconds(5)

    let pool: PostgresPool
    let dependency: Dependency
    let heartbeat: Heartbeat

    func run() async throws {
        try? await cancelWhenGracefulShutdown {
            var backoff = RetryBackoff(maximum: Self.interval)
            while true {
                self.heartbeat.beat()
                do {
                    try await self.pool.withConnection { _ = try await $0.query("SELECT 1") }
                    self.dependency.reportUp()
                    backoff.reset()
                    try await Task.sleep(for: Self.interval)
                } catch let error as PostgresError {
                    self.dependency.reportDown(error)
                    try await Task.sleep(for: backoff.next())
                }
            }
        }
    }
}
