import Logging
import Outbox
import Postgres
import ServiceLifecycle
import ServiceRuntime
import Waiting

/// Wakes a worker when a look at the table finds something to publish.
///
/// Commits are heard of by the workers, see ``OutboxLookout``. A look now and then finds what was not announced: rows whose
/// next attempt is due, and rows whose lease ran out; and behind a pooler, where nobody hears anything, all others.
struct OutboxWatch: Service {
    let settings: PublisherSettings
    let database: Dependency
    let heartbeat: Heartbeat
    let wake: WorkSignal
    let logger: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown { await self.poll() }
    }

    private func poll() async {
        let pool = PostgresPool(self.settings.database, maximumConnections: 1, logger: self.logger)
        var backoff = RetryBackoff(maximum: self.settings.errorSleep)
        var isPooled = false
        while !Task.isCancelled {
            self.heartbeat.beat()
            do {
                let wasPooled = isPooled
                isPooled = try await pool.withConnection { connection in
                    try await self.look(OutboxRepository(connection))
                    return await connection.isPooled
                }
                if isPooled, !wasPooled {
                    self.logger.notice("A pooler is in front of the database: polling without LISTEN")
                }
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
        if isExpired {
            let reclaimed = try await repository.reclaimAllExpired(lease: self.settings.lease) {
                self.heartbeat.beat()
                self.wake.signal()
            }
            self.logger.notice("Took back rows whose lease ran out", metadata: [LogKey.count: "\(reclaimed)"])
        }
        if isDue { self.wake.signal() }
    }
}
