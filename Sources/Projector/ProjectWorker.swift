import EventLog
import JetStream
import Logging
import Postgres
import ServiceLifecycle
import ServiceRuntime
import Waiting

/// Moves batches of messages into the event log, one after the other.
struct ProjectWorker: Sendable {
    /// The longest pause between attempts to reach a database or broker that is away.
    private static let maximumPause = Duration.seconds(5)

    let settings: ProjectorSettings
    let projection: ProjectionService
    let database: Dependency
    let broker: Dependency
    let heartbeat: Heartbeat
    let metrics: ProjectorMetrics
    let logger: Logger

    /// Projects until the process stops.
    ///
    /// A connection to NATS that is lost is made again after a pause.
    func run() async throws {
        var backoff = RetryBackoff(maximum: Self.maximumPause)
        while !Task.isShuttingDownGracefully {
            do {
                try await self.runSession { backoff.reset() }
            } catch is CancellationError {
                return
            } catch {
                self.broker.reportDown(error)
                self.heartbeat.beat()
                await Self.pause(backoff.next())
            }
        }
    }

    /// Projects over one connection to NATS until the process stops or the connection is lost.
    private func runSession(onProgress: () -> Void) async throws {
        let connection = try await NATSConnection.connect(self.settings.nats)
        try await ConsumerSetup(self.settings.consumer, stream: self.settings.stream, logger: self.logger)
            .prepare(on: connection)
        let puller = try await connection.makePuller(
            stream: self.settings.stream,
            consumer: self.settings.consumer.name
        )
        self.broker.reportUp()
        while !Task.isShuttingDownGracefully {
            self.heartbeat.beat()
            let messages = try await puller.pull(limit: self.settings.batchSize, wait: self.settings.fetchTimeout)
            if messages.isEmpty {
                onProgress()
            } else if try await self.project(messages) {
                try await puller.acknowledge(messages)
                onProgress()
            } else {
                try await puller.handBack(messages)
            }
        }
        try await puller.drain()
        // What was acknowledged last is still in libnats' buffer.
        try await connection.flush()
    }

    /// Projects a batch; tries again for as long as it is the database's fault.
    ///
    /// Returns whether it is stored and can be acknowledged. It is not where the process was asked to stop before; the
    /// messages are then to be handed back, so that they are delivered again at once and not after the consumer's wait.
    private func project(_ messages: DeliveredMessages) async throws -> Bool {
        let start = ContinuousClock.now
        let reader = MessageReader(stream: self.settings.stream)
        let contents = reader.contents(of: messages)
        var backoff = RetryBackoff(maximum: Self.maximumPause)
        while true {
            self.heartbeat.beat()
            do {
                let outcome = try await self.projection.project(contents) { index, reason in
                    reader.deadLetter(index, of: messages, reason: reason)
                }
                self.database.reportUp()
                self.metrics.record(outcome, messages: messages.count, took: .now - start)
                self.logDeadLetters(outcome)
                return true
            } catch let error as PostgresError {
                self.database.reportDown(error)
                await Self.pause(backoff.next())
                guard !Task.isShuttingDownGracefully else { return false }
            }
        }
    }

    private func logDeadLetters(_ outcome: ProjectionService.Outcome) {
        guard outcome.deadLetters > 0 else { return }
        self.logger.warning(
            "Messages became dead letters",
            metadata: [LogKey.count: "\(outcome.deadLetters)", LogKey.stream: "\(self.settings.stream)"]
        )
    }

    /// Waits, or returns early when the process is asked to stop.
    private static func pause(_ duration: Duration) async {
        try? await cancelWhenGracefulShutdown { try await Task.sleep(for: duration) }
    }
}
