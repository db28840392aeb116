import JetStream
import Outbox
import Postgres
import ServiceLifecycleTestKit
import ServiceRuntime
import Settings
import TestSupport
import Testing
import Waiting

@testable import OutboxPublisher

/// One worker over the running test's database and stream.
@Suite(.scratchDatabase, .scratchStream, .timeLimit(.minutes(10)))
struct PublishWorkerTests {
    @Test func `a claim that took half of its lease sends nothing and hands its rows back`() async throws {
        let database = try await ScratchDatabase.connect()
        try await OutboxSeed.insert([OutboxSeed(event: 1), OutboxSeed(event: 2)], on: database)
        let worker = try Self.makeWorker(["NOETL_OUTBOX_LEASE_SECONDS": "1"]) {
            try await Task.sleep(for: .milliseconds(500))
        }
        try await Self.withSession(of: worker) { session in
            let error = try await #require(throws: SlowClaim.self) { try await worker.runOnce(session, turn: 0) }
            #expect(error.description.contains("NOETL_OUTBOX_LEASE_SECONDS"))
        }
        #expect(try await Self.storedMessages() == 0)
        try await eventually { try await Self.dueRows(database) == 2 }
    }

    @Test func `rows that were not sent when the process is asked to stop are handed back`() async throws {
        let database = try await ScratchDatabase.connect()
        try await OutboxSeed.insert([OutboxSeed(event: 1), OutboxSeed(event: 2)], on: database)
        try await testGracefulShutdown { trigger in
            let worker = try Self.makeWorker { trigger.triggerGracefulShutdown() }
            try await Self.withSession(of: worker) { session in
                _ = try await worker.runOnce(session, turn: 0)
            }
        }
        #expect(try await Self.storedMessages() == 0)
        try await eventually { try await Self.dueRows(database) == 2 }
    }

    @Test func `a row whose commit nobody notifies of is published once it is there`() async throws {
        let worker = try Self.makeWorker()
        try await testGracefulShutdown { trigger in
            try await withThrowingTaskGroup(of: Void.self) { group in
                defer { trigger.triggerGracefulShutdown() }
                group.addTask { try await worker.run() }
                try await eventually { worker.wake.waitingCount == 1 }
                // Two notify, and the third leaves it to them.
                let writers = try await OutboxSeed.beginCommits(3)
                try await writers[1].query("COMMIT")
                try await eventually { try await Self.storedMessages() == 1 }
                try await eventually { worker.wake.waitingCount == 1 }
                try await writers[2].query("COMMIT")
                // Nothing else would look: there is no watch.
                try await eventually { try await Self.storedMessages() == 2 }
            }
        }
    }

    @Test func `of rows that many commit at once none is left`() async throws {
        let worker = try Self.makeWorker()
        let writers = 16
        let rows = 40
        try await testGracefulShutdown { trigger in
            try await withThrowingTaskGroup(of: Void.self) { group in
                defer { trigger.triggerGracefulShutdown() }
                group.addTask { try await worker.run() }
                try await eventually { worker.wake.waitingCount == 1 }
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for writer in 0..<writers {
                        group.addTask {
                            let connection = try await ScratchDatabase.connect()
                            for event in writer * rows..<(writer + 1) * rows {
                                try await OutboxSeed.insert([OutboxSeed(event: Int64(event))], on: connection)
                            }
                        }
                    }
                    try await group.waitForAll()
                }
                // Nothing else would look: there is no watch.
                try await eventually { try await Self.storedMessages() == writers * rows }
            }
        }
    }

    @Test func `a full batch calls a colleague`() async throws {
        let database = try await ScratchDatabase.connect()
        try await OutboxSeed.insert([OutboxSeed(event: 1)], on: database)
        let worker = try Self.makeWorker([
            "NOETL_OUTBOX_PUBLISHER_ONCE": "true", "NOETL_OUTBOX_PUBLISHER_BATCH_SIZE": "1",
        ])
        let colleague = worker.wake.makeWaiter()
        let waiting = Task { await colleague.wait() }
        try await eventually { worker.wake.waitingCount == 1 }
        try await worker.run()
        #expect(worker.wake.waitingCount == 0)
        colleague.interrupt()
        await waiting.value
        #expect(try await Self.storedMessages() == 1)
    }
}

extension PublishWorkerTests {
    /// Rows from the database, with something done between the claim and the first message.
    private struct DelayedSource: RowSource {
        let base: DatabaseSource
        let afterClaim: @Sendable () async throws -> Void

        var lookout: OutboxLookout? { self.base.lookout }
        var handsBack: Bool { self.base.handsBack }

        func claim(turn: Int) async throws -> LockedBatch {
            let batch = try await self.base.claim(turn: turn)
            try await self.afterClaim()
            return batch
        }

        func hasTakenAll(_ batch: LockedBatch) -> Bool { self.base.hasTakenAll(batch) }

        func settle(_ batch: LockedBatch, _ settlement: Settlement) async throws {
            try await self.base.settle(batch, settlement)
        }

        func release() async { await self.base.release() }
    }

    private static func makeWorker(
        _ environment: [String: String] = [:],
        afterClaim: @escaping @Sendable () async throws -> Void = {}
    ) throws -> PublishWorker<DelayedSource> {
        let base = [
            "DATABASE_URL": ScratchDatabase.uri,
            "NATS_URL": ScratchStream.url,
            "NOETL_EVENT_NATS_STREAM": ScratchStream.name,
            "NOETL_EVENT_NATS_SUBJECT_PREFIX": ScratchStream.prefix,
        ]
        let settings = try PublisherSettings(SettingsReader(environment: base.merging(environment) { $1 }))
        let health = Health(logger: .quiet)
        return PublishWorker(
            number: 0,
            settings: settings,
            openSource: { executor in
                let connection = try await PostgresConnection.connect(settings.database, logger: .quiet, on: executor)
                let source = try await DatabaseSource(connection: connection, settings: settings)
                return DelayedSource(base: source, afterClaim: afterClaim)
            },
            origin: health.addDependency("postgres"),
            broker: health.addDependency("nats"),
            heartbeat: health.addHeartbeat("worker"),
            metrics: PublisherMetrics(stream: settings.stream.name),
            wake: WorkSignal(),
            refusals: RefusalLog(logger: .quiet),
            logger: .quiet
        )
    }

    /// Lends a worker's connections, with the stream made.
    private static func withSession(
        of worker: PublishWorker<DelayedSource>,
        _ body: (PublishSession<DelayedSource>) async throws -> Void
    ) async throws {
        let executor = QueueExecutor(label: "worker")
        let connection = try await ScratchStream.connect()
        let subjects = try await StreamSetup(worker.settings.streamRules, logger: .quiet).prepare(on: connection)
        try await body(
            PublishSession(
                source: try await worker.openSource(executor),
                publisher: try await connection.makePublisher(on: executor),
                streamSubjects: subjects,
                waiter: worker.wake.makeWaiter()
            )
        )
    }

    private static func storedMessages() async throws -> UInt64 {
        try await ScratchStream.connect().streamInfo(ScratchStream.name)?.messages ?? 0
    }

    /// How many rows are due and locked by nobody.
    private static func dueRows(_ connection: PostgresConnection) async throws -> Int64 {
        try await connection.integer(
            """
            SELECT count(*)
            FROM (
                SELECT FROM noetl.outbox WHERE status = 'PENDING' AND available_at <= now() FOR UPDATE SKIP LOCKED
            ) AS due
            """
        )
    }
}
