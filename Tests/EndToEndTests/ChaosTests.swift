import Foundation
import JetStream
import LocalServers
import Postgres
import Schema
import Subprocess
import Synchronization
import TestSupport
import Testing
import Waiting

/// Four publishers, all of whose world fails all the time.
///
/// `NOETL_RELAY_CHAOS_ROWS` and `NOETL_RELAY_CHAOS_EXECUTIONS` make it larger, such as 200000 and 2000. Batches are small, so
/// that it lasts and more is killed.
@Suite(.timeLimit(.minutes(10)))
struct ChaosTests {
    private static let rows = Self.number("NOETL_RELAY_CHAOS_ROWS", default: 20_000)
    private static let executions = Self.number("NOETL_RELAY_CHAOS_EXECUTIONS", default: 200)

    @Test func `every row arrives once and in order, whatever is killed, restarted or refused`() async throws {
        try await Relay.withOwnServers { relay, postgres, nats in
            try await self.prepare(relay)
            let isOver = Flag()
            let kills = try await withThrowingTaskGroup(of: Int.self) { group in
                let publishers = (0..<4).map { _ in RestartedPublisher(relay) }
                for publisher in publishers { group.addTask { try await publisher.run(until: isOver) } }
                group.addTask {
                    try await self.restart(postgres, nats, relay, killing: publishers, until: isOver)
                    return 0
                }
                let done = try await self.waitUntilPublished(relay)
                isOver.raise()
                if !done { Issue.record("rows are left: \(try await relay.connect().texts(Self.leftovers))") }
                for publisher in publishers { publisher.kill() }
                return try await group.reduce(0, +)
            }
            try await self.check(relay)
            print("chaos: \(Self.rows) rows of \(Self.executions) executions, \(kills) processes used up")
        }
    }

    /// Migrates, and commits the rows; every tenth has a subject that no stream stores yet.
    private func prepare(_ relay: Relay) async throws {
        let connection = try await relay.connect()
        try await Migrator(connection, logger: .quiet).migrate()
        try await connection.query(
            """
            INSERT INTO noetl.outbox (execution_id, event_id, payload, subject)
            SELECT (g % $2 + 1) << 23, g, jsonb_build_object('event_id', g, 'execution_id', (g % $2 + 1) << 23),
                CASE WHEN hashint8(g) % 10 = 0 THEN 'refused.at.first' END
            FROM generate_series(1, $1) AS g
            """,
            [.integer(Int64(Self.rows)), .integer(Int64(Self.executions))],
            deadline: .after(.seconds(120))
        )
        try await NATSConnection.connect(.testing(relay.natsURL))
            .addStream(StreamConfiguration(name: relay.stream, subjects: ["noetl.events.>"]))
    }

    /// Kills a publisher every second, restarts NATS and PostgreSQL in turn, and soon lets the stream store everything.
    private func restart(
        _ postgres: LocalPostgres,
        _ nats: LocalNATS,
        _ relay: Relay,
        killing publishers: [RestartedPublisher],
        until isOver: Flag
    ) async throws {
        var second = 0
        while !isOver.isRaised {
            try await Task.sleep(for: .seconds(1))
            second += 1
            publishers.randomElement()?.kill()
            if second == 2 { try await self.storeRefusedSubject(relay) }
            switch second % 6 {
            case 3:
                try await nats.stop(kill: second % 12 == 3)
                try await nats.start()
            case 0:
                try await postgres.stop(mode: second % 12 == 0 ? .immediate : .fast)
                try await postgres.start()
            default: break
            }
        }
    }

    private func storeRefusedSubject(_ relay: Relay) async throws {
        try await NATSConnection.connect(.testing(relay.natsURL))
            .request(
                "STREAM.UPDATE.\(relay.stream)",
                body: """
                    {"name": "\(relay.stream)", "subjects": ["noetl.events.>", "refused.>"], "storage": "file", \
                    "max_age": 86400000000000, "duplicate_window": 120000000000}
                    """
            )
    }

    private func waitUntilPublished(_ relay: Relay) async throws -> Bool {
        let end = ContinuousClock.now + .seconds(540)
        while ContinuousClock.now < end {
            // The database is away now and then.
            let owed = try? await relay.connect().integer(
                "SELECT count(*) FROM noetl.outbox WHERE status <> 'PUBLISHED'"
            )
            if owed == 0 { return true }
            try await Task.sleep(for: .milliseconds(200))
        }
        return false
    }

    private func check(_ relay: Relay) async throws {
        try await eventually { (try? await relay.connect()) != nil }
        // Marks do not wait for the disk: those that the last crash of the database took back are made again.
        _ = try await RelayProcess.run(
            "outbox-publisher",
            environment: relay.environment(["NOETL_OUTBOX_PUBLISHER_ONCE": "true"]),
            stop: nil
        )
        #expect(try await relay.rows("PUBLISHED") == Int64(Self.rows))
        let streamed = try await relay.streamedEvents()
        #expect(streamed.count == Self.executions)
        #expect(streamed.values.map(\.count).reduce(0, +) == Self.rows)
        #expect(Set(streamed.values.joined()).count == Self.rows)
        #expect(streamed.values.filter { $0 != $0.sorted() }.isEmpty)
    }

    private static let leftovers = """
        SELECT concat_ws(' ', status, count(*), min(last_error)) FROM noetl.outbox GROUP BY status
        """

    private static func number(_ variable: String, default fallback: Int) -> Int {
        ProcessInfo.processInfo.environment[variable].flatMap(Int.init) ?? fallback
    }
}

/// A publisher that is started again whenever it ends, as its supervisor would.
private final class RestartedPublisher: Sendable {
    private let relay: Relay
    private let process = Mutex<RelayProcess?>(nil)

    init(_ relay: Relay) {
        self.relay = relay
    }

    /// Ends the process that runs now, as a crash would.
    func kill() {
        self.process.withLock { $0 }?.send(.kill)
    }

    /// Runs one process after the other, and returns how many.
    func run(until isOver: Flag) async throws -> Int {
        var count = 0
        // Small batches: more are under way when something breaks.
        let environment = self.relay.environment(["NOETL_OUTBOX_PUBLISHER_BATCH_SIZE": "40"])
        while !isOver.isRaised {
            count += 1
            _ = try await RelayProcess.run("outbox-publisher", environment: environment, stop: nil) { process in
                self.process.withLock { $0 = process }
                // One that was started while the others were killed for good.
                if isOver.isRaised { process.send(.kill) }
            }
        }
        return count
    }
}

/// Something that has come to pass.
private final class Flag: Sendable {
    private let state = Atomic(false)

    var isRaised: Bool { self.state.load(ordering: .relaxed) }

    func raise() {
        self.state.store(true, ordering: .relaxed)
    }
}
