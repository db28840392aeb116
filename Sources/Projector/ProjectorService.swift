import Postgres
import ServiceLifecycle

/// The workers of a projector.
struct ProjectorService: Service {
    let workers: [ProjectWorker]
    let pool: PostgresPool

    /// Runs until the process stops.
    func run() async throws {
        try await withThrowingDiscardingTaskGroup { group in
            for worker in self.workers {
                group.addTask { try await worker.run() }
            }
        }
        await self.pool.close()
    }
}
