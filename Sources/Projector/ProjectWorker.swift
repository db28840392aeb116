import EventLog
import JetStream
import Logging
import ServiceLifecycle
import ServiceRuntime
import Waiting

/// Moves batches of messages into the event log, one after the other.
struct ProjectWorker<Sink: EventSink>: Sendable {
    /// The longest pause between attempts to reach a database or broker that is away.
    private static var maximumPause: Duration { .seconds(5) }

    /// The longest pull, which nothing interrupts: asked to stop, a worker has that long to wait.
    private static var longestPull: Duration { .seconds(5) }

    /// Two within the time for acknowledging, so that one may be late, and one at its end.
    private static var signalsPerWait: Int { 3 }

    let settings: ProjectorSettings
    let setup: ConsumerSetup
    let sink: Sink
    let eventLog: Dependency
    let broker: Dependency
    let heartbeat: Heartbeat
    let metrics: ProjectorMetrics
    let logger: Logger

    /// Projects until the process stops.
    ///
    /// A connection to NATS that is lost is made again after a pause. The heart does not beat while messages wait at the
    /// broker and none is sent.
    func run() async throws {
        var backoff = RetryBackoff(maximum: Self.maximumPause)
        var movement = MovementWatch()
        while !Task.isShuttingDownGracefully, !Task.isCancelled {
            var hasBegun = false
            do {
                try await self.runSession(&movement, onBegin: { hasBegun = true }, onProgress: { backoff.reset() })
            } catch is CancellationError {
                return
            } catch {
                // A consumer that is deleted while it is read, as by a colleague who has the stream read anew: the next
                // attempt makes it again, or says what is wrong.
                let isDeleted = (error as? NATSError)?.code == .notFound && hasBegun
                if !isDeleted { self.broker.reportDown(error, by: self.heartbeat.name) }
                if !movement.isStuck { self.heartbeat.beat() }
                await Self.pause(backoff.next())
            }
        }
    }

    /// Projects over one connection to NATS until the process stops or the connection is lost.
    private func runSession(
        _ movement: inout MovementWatch,
        onBegin: () -> Void,
        onProgress: () -> Void
    ) async throws {
        let connection = try await NATSConnection.connect(self.settings.nats)
        let consumer = try await self.setup.prepare(on: connection)
        let puller = try await connection.makePuller(
            stream: self.settings.stream,
            consumer: self.settings.consumer.name
        )
        self.broker.reportUp(by: self.heartbeat.name)
        onBegin()
        let delivery = DeliveryInWork()
        let signals = delivery.signal(every: consumer.acknowledgementWait / Self.signalsPerWait, by: puller)
        defer { signals.cancel() }
        while !Task.isShuttingDownGracefully, !Task.isCancelled {
            if !movement.isStuck { self.heartbeat.beat() }
            let wait = min(self.settings.fetchTimeout, Self.longestPull)
            let messages = try await puller.pull(limit: self.settings.pullLimit, wait: wait)
            if messages.isEmpty {
                try await self.lookAround(&movement, connection)
                onProgress()
                continue
            }
            movement.noteMessages()
            if let position = messages.position(messages.count - 1) { await self.setup.note(position) }
            delivery.begin(messages.progress)
            defer { delivery.end() }
            let progress = try await self.project(messages)
            try await puller.answer(messages, with: progress.answers)
            if !progress.isOpen { onProgress() }
        }
        try await puller.drain()
        // What was acknowledged last is still in libnats' buffer.
        try await connection.flush()
    }

    /// Asks the broker now and then, while nothing comes, whether that is as it should be.
    private func lookAround(_ movement: inout MovementWatch, _ connection: NATSConnection) async throws {
        guard movement.isDue else { return }
        movement.look(at: try await self.setup.prepare(on: connection))
        if movement.isStuck {
            throw NATSError(.other, "messages wait in \(self.settings.stream) and the consumer does not send them")
        }
    }

    /// Stores a batch; tries again for as long as it is the event log's fault.
    ///
    /// Returns what became of its messages. Some are still open where the process was asked to stop before; they are to be
    /// handed back, so that they are delivered again at once and not after the consumer's wait.
    private func project(_ messages: DeliveredMessages) async throws -> BatchProgress {
        let start = ContinuousClock.now
        var progress = BatchProgress(count: messages.count)
        var backoff = RetryBackoff(maximum: Self.maximumPause)
        while true {
            self.heartbeat.beat()
            do {
                try await self.sink.store(messages, &progress) { self.heartbeat.beat() }
                self.eventLog.reportUp(by: self.heartbeat.name)
                break
            } catch is CancellationError {
                // The process stops, and the time for it is nearly up. What was not stored is handed back; what was is a
                // duplicate then.
                break
            } catch {
                self.eventLog.reportDown(error, by: self.heartbeat.name)
                await Self.pause(backoff.next())
                if Task.isShuttingDownGracefully { break }
            }
        }
        self.metrics.record(progress, took: .now - start)
        self.logDeadLetters(progress.outcome.deadLetters)
        return progress
    }

    private func logDeadLetters(_ count: Int) {
        guard count > 0 else { return }
        self.logger.warning(
            "Messages became dead letters",
            metadata: [LogKey.count: "\(count)", LogKey.stream: "\(self.settings.stream)"]
        )
    }

    /// Waits, or returns early when the process is asked to stop.
    private static func pause(_ duration: Duration) async {
        try? await cancelWhenGracefulShutdown { try await Task.sleep(for: duration) }
    }
}
