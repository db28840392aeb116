import ServiceLifecycle
import ServiceRuntime
import Waiting

/// Asks now and then whether the event log is there, so that a projector without messages knows it too, and how many dead
/// letters wait in it; and closes the sink in the end.
struct SinkWatch<Sink: EventSink>: Service {
    private static var interval: Duration { .seconds(5) }

    let sink: Sink
    let eventLog: Dependency
    let heartbeat: Heartbeat
    let metrics: ProjectorMetrics

    func run() async throws {
        try? await cancelWhenGracefulShutdown {
            var backoff = RetryBackoff(maximum: Self.interval)
            while true {
                self.heartbeat.beat()
                do {
                    let waiting = try await self.sink.look()
                    self.eventLog.reportUp(by: self.heartbeat.name)
                    backoff.reset()
                    if let waiting { self.metrics.recordWaitingDeadLetters(waiting) }
                    try await Task.sleep(for: Self.interval)
                } catch is CancellationError {
                    return
                } catch {
                    self.eventLog.reportDown(error, by: self.heartbeat.name)
                    try await Task.sleep(for: backoff.next())
                }
            }
        }
        await self.sink.close()
    }
}
