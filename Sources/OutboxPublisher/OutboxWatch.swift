import Logging
import Outbox
import Postgres
import ServiceLifecycle
import ServiceRuntime
import Waiting

/// Wakes a worker when there is something to publish.
///
/// Two ways: a notification at each commit, which comes at once and may be missed; and a look at the table now and then,
/// which finds what was not announced: rows whose next attempt is due, and rows whose lease ran out.
struct OutboxWatch: Service {
    /// How many rows with a lease that ran out are put back at a time.
    private static let reclaimLimit: Int64 = 1000

    let settings: PublisherSettings
    let database: Dependency
    let heartbeat: Heartbeat
    let wake: WorkSignal
    let logger: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown {
            await withTaskGroup { group in
                group.addTask {
                    let listener = PostgresListener(
                        self.settings.database,
                        channel: "noetl_outbox",
                        logger: self.logger
                    )
                    try? await listener.run { self.wake.signal() }
                }
                group.addTask { await self.poll() }
            }
        }
    }

    private func poll() async {
        let pool = PostgresPool(self.settings.database, maximumConnections: 1, logger: self.logger)
        var backoff = RetryBackoff(maximum: self.settings.errorSleep)
        while !Task.isCancelled {
            self.heartbeat.beat()
            do {
                try await pool.withConnection { try await self.look(OutboxRepository($0)) }
                self.database.reportUp(by: self.heartbeat.name)
                backoff.reset()
                try await Task.sleep(for: self.settings.idleSleep)
            } catch is CancellationError {
                break
            } catch {
                self.database.reportDown(error, by: self.heartbeat.name)
                try? await Task.sleep(for: backoff.next())
            }
        }
        await pool.close()
    }

    private func look(_ repository: OutboxRepository) async throws {
        let (isDue, isExpired) = try await repository.hasWork(lease: self.settings.lease)
        var reclaimed = 0
        if isExpired {
            reclaimed = try await repository.reclaimExpired(lease: self.settings.lease, limit: Self.reclaimLimit)
            self.logger.notice("Took back rows whose lease ran out", metadata: [LogKey.count: "\(reclaimed)"])
        }
        if isDue || reclaimed > 0 { self.wake.signal() }
    }
}
