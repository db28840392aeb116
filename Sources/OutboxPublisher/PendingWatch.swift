import InternalContract
import ServiceLifecycle
import ServiceRuntime
import Waiting

/// Wakes a worker when `/api/internal` says that rows are owed.
///
/// By asking now and then for the pending count, which the server shares between all who ask.
struct PendingWatch: Service {
    let settings: PublisherSettings
    let client: InternalAPIClient
    let server: Dependency
    let heartbeat: Heartbeat
    let wake: WorkSignal

    func run() async throws {
        await cancelWhenGracefulShutdown {
            var backoff = RetryBackoff(maximum: self.settings.errorSleep)
            while !Task.isCancelled {
                self.heartbeat.beat()
                do {
                    if try await self.client.pendingCount() > 0 { self.wake.signal() }
                    self.server.reportUp(by: self.heartbeat.name)
                    backoff.reset()
                    try await Task.sleep(for: self.settings.idleSleep)
                } catch is CancellationError {
                    break
                } catch {
                    self.server.reportDown(error, by: self.heartbeat.name)
                    try? await Task.sleep(for: backoff.next())
                }
            }
        }
    }
}
