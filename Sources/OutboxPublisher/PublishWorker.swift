import JetStream
import Logging
import Outbox
import Postgres
import ServiceLifecycle
import ServiceRuntime
import Settings
import Waiting

/// Moves batches of rows to the stream, one after the other.
struct PublishWorker<Source: RowSource>: Sendable {
    let number: Int
    let settings: PublisherSettings
    let openSource: @Sendable (QueueExecutor) async throws -> Source
    let origin: Dependency
    let broker: Dependency
    let heartbeat: Heartbeat
    let metrics: PublisherMetrics
    let wake: WorkSignal
    let refusals: RefusalLog
    let logger: Logger

    /// Publishes until the process stops, or in `ONCE` mode until nothing is due.
    ///
    /// A connection that is lost ends the session; the next one begins after a pause.
    ///
    /// - Throws: `SettingError` where the stream cannot keep what is promised.
    func run() async throws {
        // One thread for the worker and its connections, which take turns anyway.
        let executor = QueueExecutor(label: "worker-\(self.number)")
        try await withTaskExecutorPreference(executor) { try await self.run(on: executor) }
    }

    private func run(on executor: QueueExecutor) async throws {
        var backoff = RetryBackoff(maximum: self.settings.errorSleep)
        var isSuspicious = false
        while !Task.isShuttingDownGracefully {
            var hasProgressed = false
            do {
                try await self.runSession(on: executor, isSuspicious: isSuspicious) { hasProgressed = true }
                return
            } catch is CancellationError {
                return
            } catch let error as SettingError {
                throw error
            } catch {
                isSuspicious = !hasProgressed && error.isAboutMessages
                // A connection that served and broke says only that it broke: a worker without work may notice long
                // after the server has come back. Whether the server is away, the next attempt to connect tells.
                if !hasProgressed || !error.isLostConnection { self.report(error) }
                if hasProgressed { backoff.reset() }
                self.heartbeat.beat()
                let pause = backoff.next()
                try? await cancelWhenGracefulShutdown { try await Task.sleep(for: pause) }
            }
        }
    }

    /// Publishes over one pair of connections until the process stops or one of them is lost.
    ///
    /// - Parameters:
    ///   - executor: Where they block.
    ///   - isSuspicious: Whether the last session had a broker that took no messages: it then is there once a batch has
    ///     gone through, not once it can be connected to, or it would be up and down by turns.
    ///   - onProgress: Called after each batch that went through.
    /// - Throws: What ended the session.
    private func runSession(on executor: QueueExecutor, isSuspicious: Bool, onProgress: () -> Void) async throws {
        let session = try await self.openSession(on: executor, reportingBroker: !isSuspicious)
        // The waiter alone: the connection that keeps this must not keep itself.
        let waiter = session.waiter
        session.publisher.onClose { waiter.interrupt() }
        defer { waiter.interrupt() }
        var turn = self.number
        var patience = Patience()
        try await withGracefulShutdownHandler {
            while !Task.isShuttingDownGracefully {
                self.heartbeat.beat()
                waiter.beginTurn()
                let result = try await self.runOnce(session, turn: turn)
                onProgress()
                if isSuspicious { self.broker.reportUp(by: self.heartbeat.name) }
                turn += self.settings.concurrency
                // A full batch means a backlog: time for a colleague who has nothing to do.
                if result.rows >= self.settings.batchSize { self.wake.callColleague() }
                if result.rows == 0, self.settings.drainsOnce { return }
                let pause = patience.next(after: result)
                if self.isDone(result, session) {
                    try await self.waitForWork(session, until: pause.map(Deadline.after) ?? .never)
                }
            }
        } onGracefulShutdown: {
            waiter.interrupt()
        }
    }

    private func openSession(on executor: QueueExecutor, reportingBroker: Bool) async throws -> PublishSession<Source> {
        let connection = try await NATSConnection.connect(self.settings.nats)
        let subjects = try await StreamSetup(self.settings.streamRules, logger: self.logger).prepare(on: connection)
        let publisher = try await connection.makePublisher(on: executor)
        if reportingBroker { self.broker.reportUp(by: self.heartbeat.name) }
        let source = try await self.openSource(executor)
        self.origin.reportUp(by: self.heartbeat.name)
        return PublishSession(
            source: source,
            publisher: publisher,
            streamSubjects: subjects,
            waiter: self.wake.makeWaiter()
        )
    }

    /// Whether there is nothing to look for now.
    ///
    /// One who hears of commits need not look again after a small batch: what was committed since the claim was announced
    /// since, or is asked for. At 1,000 commits a second that spares every second claim.
    private func isDone(_ result: TurnResult, _ session: PublishSession<Source>) -> Bool {
        if result.rows == 0 { return true }
        return result.hasFinished && !self.settings.drainsOnce && session.source.lookout?.isListening == true
    }

    /// Moves one batch.
    ///
    /// - Throws: The source's error, or `NATSError`, where a connection is lost; ``SlowClaim``. What is known by then to be
    ///   acknowledged is marked.
    func runOnce(_ session: PublishSession<Source>, turn: Int) async throws -> TurnResult {
        let start = ContinuousClock.now
        let batch = try await session.source.claim(turn: turn)
        guard !batch.rows.isEmpty else {
            await session.source.release()
            return TurnResult(rows: 0, hasFinished: true, after: session.source.lookout)
        }
        let schedule = ClaimSchedule(start: start, lease: self.settings.lease)
        let outcomes = await self.publish(batch, over: session, schedule)
        let writer = EventMessageWriter(subjects: self.settings.subjects)
        let report = BatchReport(outcomes) { index in
            session.stores(writer.subject(of: index, in: batch))
        }
        guard report.hasTried || Task.isShuttingDownGracefully else {
            await session.source.release()
            throw SlowClaim(duration: .now - start, lease: self.settings.lease)
        }
        let settlement = Settlement(
            of: batch.rows,
            report.deliveries,
            maximumAttempts: self.settings.maximumAttempts
        )
        try await session.source.settle(batch, settlement)
        self.metrics.record(batch, settlement, duplicates: report.duplicates, took: .now - start)
        self.refusals.record(settlement)
        if let error = report.brokerError { throw error }
        // What was held back behind a refused row may go at once.
        let isAllPublished = settlement.published.count == batch.rows.count
        return TurnResult(
            rows: batch.rows.count,
            hasFinished: isAllPublished && session.source.hasTakenAll(batch),
            after: session.source.lookout
        )
    }

    /// Returns when there may be work, or when the process is asked to stop.
    ///
    /// - Parameters:
    ///   - session: Whose work.
    ///   - deadline: When one who listens looks again in any case.
    /// - Throws: `NATSError` when the connection to the broker ends, so that an idle publisher says it too; where it listens,
    ///   `PostgresError` when that to the database ends.
    private func waitForWork(_ session: PublishSession<Source>, until deadline: Deadline) async throws {
        self.heartbeat.rest()
        defer { self.heartbeat.beat() }
        if let lookout = session.source.lookout {
            if session.waiter.becomeLookout() {
                // What was committed before it listened is looked for first.
                if try await lookout.begin() { return }
                try await session.waiter.wait(wake: { lookout.wake() }) {
                    try await lookout.wait(until: deadline)
                }
            } else {
                // What it heard of and the new lookout could not claim, in a lane that was its own, is looked for first.
                if try await lookout.end() { return }
                await session.waiter.wait()
            }
        } else {
            await session.waiter.wait()
        }
        guard !session.publisher.isClosed else { throw NATSError(.connectionClosed, "the connection ended") }
    }

    private func report(_ error: any Error) {
        switch error {
        case is NATSError: self.broker.reportDown(error, by: self.heartbeat.name)
        default: self.origin.reportDown(error, by: self.heartbeat.name)
        }
    }
}

extension Error {
    /// Whether a connection broke that had worked.
    fileprivate var isLostConnection: Bool {
        switch self {
        case let error as PostgresError: error.isUnavailable && error.code != .connectionFailed
        case let error as NATSError: error.code == .connectionClosed
        default: false
        }
    }

    /// Whether the broker could be connected to and failed afterwards.
    fileprivate var isAboutMessages: Bool {
        (self as? NATSError).map { $0.code != .connectionFailed } ?? false
    }
}
