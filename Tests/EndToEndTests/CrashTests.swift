import Foundation
import JetStream
import LocalServers
import Postgres
import Schema
import Subprocess
import TestSupport
import Testing

/// A projector that is killed again and again, and a database that goes away, with bad messages among the good ones.
///
/// `NOETL_RELAY_CRASH_MESSAGES` sets how many messages there are; with 200,000 or more the projector is killed every
/// second until all are projected.
@Suite(.timeLimit(.minutes(10)))
struct CrashTests {
    private static let count =
        ProcessInfo.processInfo.environment["NOETL_RELAY_CRASH_MESSAGES"].flatMap { Int($0) } ?? 20_000
    private static let isWhole = Self.count >= 200_000

    /// The kinds of bad messages, and what their reason begins with.
    private static let bad: [(body: @Sendable (Int) -> String, reason: String)] = [
        ({ _ in "" }, "the body is empty"),
        ({ _ in "ARROW1\u{1}" }, "the body is Arrow data"),
        ({ #"{"event_id": \#($0)"# }, "the body is not JSON"),
        ({ _ in #"{"status": "x"}"# }, "event_id is required"),
        ({ #"{"event_id": \#($0), "catalog_id": 1, "result": {"status": 5}}"# }, "the event breaks the constraint"),
        ({ #"{"event_id": \#($0), "catalog_id": 99}"# }, "the event names a catalog_id"),
        ({ #"{"event_id": \#($0), "error": "\u0000"}"# }, "error holds U+0000"),
        ({ #"{"event_id": \#($0)000000000000000000000}"# }, "event_id must be an integer within 64 bits"),
        ({ #"{"event_id": \#($0), "duration": 1e999}"# }, "duration must be a finite number"),
        ({ #"{"event_id": \#($0), "catalog_id": 1, "context": {"a": 1e200000}}"# }, "the event holds a value"),
        ({ #"{"event_id": \#($0), "current_index": 4294967296}"# }, "current_index must be an integer within 32 bits"),
    ]

    @Test func `every message is once in noetl.event or in the dead letters, and nothing is pending`() async throws {
        try await withLocalPostgres { postgres in
            try await withLocalNATS { nats in
                let relay = Relay(
                    databaseURI: postgres.uri(),
                    natsURL: nats.url,
                    stream: "NOETL_EVENTS",
                    prefix: "noetl.events"
                )
                let database = try await relay.connect()
                try await database.run(script: ExistingSchema.current.sql)
                try await Migrator(database, logger: .quiet).migrate()
                let broker = try await NATSConnection.connect(NATSConfiguration(url: nats.url, name: "tests"))
                try await Self.publish(on: broker)
                try await Self.project(relay, postgres, broker)
                try await Self.expectEverythingOnce(relay)
            }
        }
    }

    /// Whether the message of an index is a bad one.
    private static func isBad(_ index: Int) -> Bool { index % 100 == 37 }

    private static func body(_ index: Int) -> String {
        let kind = Self.bad[(index / 100) % Self.bad.count]
        guard !Self.isBad(index) else { return kind.body(index) }
        // Some have no catalog entry, which this database asks for.
        let catalog = index.isMultiple(of: 7) ? "" : #""catalog_id": 1, "#
        return #"{"event_id": \#(index), "execution_id": \#((index % 50) << 23), \#(catalog)"node_name": "n"}"#
    }

    private static func publish(on broker: NATSConnection) async throws {
        try await broker.addStream(StreamConfiguration(name: "NOETL_EVENTS", subjects: ["noetl.events.>"]))
        // What a dead process had comes again after the consumer's wait, half a minute by default.
        try await broker.addConsumer(
            ConsumerConfiguration(name: "noetl-projector", acknowledgementWait: .seconds(2)),
            stream: "NOETL_EVENTS"
        )
        let publisher = try await broker.makePublisher()
        for start in stride(from: 0, to: Self.count, by: 1000) {
            let count = min(1000, Self.count - start)
            let outcomes = await publisher.publish(count, timeout: .seconds(60)) { index, draft in
                try draft.write(Self.body(start + index), to: "noetl.events.default.default.1.0")
            }
            for (index, outcome) in outcomes.enumerated() {
                guard case .acknowledged(let sequence, false) = outcome, sequence == UInt64(start + index + 1) else {
                    Issue.record("message \(start + index): \(outcome)")
                    return
                }
            }
        }
    }

    private static func project(_ relay: Relay, _ postgres: LocalPostgres, _ broker: NATSConnection) async throws {
        var kills = 0
        while try await Self.isToBeKilled(kills, broker) {
            let small = Self.isWhole ? [:] : ["NOETL_PROJECTOR_BATCH_SIZE": "100"]
            _ = try await RelayProcess.run("projector", environment: relay.environment(small), stop: .kill) { _ in
                if kills == 1 { try await postgres.stop(mode: .immediate) }
                if kills == 1 { try await postgres.start() }
                if Self.isWhole, kills == 3 { try await postgres.restart() }
                try await Task.sleep(for: .seconds(1))
            }
            kills += 1
        }
        // The database goes away in the second and in the fourth of them.
        #expect(kills >= (Self.isWhole ? 4 : 3))
        let end = try await RelayProcess.run("projector", environment: relay.environment()) { projector in
            try await eventually(within: .seconds(300)) { try await Self.isDone(broker) }
            // Before that it may not have learnt yet what to do when it is asked to stop.
            try await eventually { projector.log.contains { $0.contains("Dependency is up") } }
        }
        #expect(end.status == .exited(0))
    }

    private static func isToBeKilled(_ kills: Int, _ broker: NATSConnection) async throws -> Bool {
        guard Self.isWhole else { return kills < 3 }
        return try await !Self.isDone(broker)
    }

    private static func isDone(_ broker: NATSConnection) async throws -> Bool {
        let info = try await broker.consumerInfo(stream: "NOETL_EVENTS", consumer: "noetl-projector")
        return info.map { $0.pending == 0 && $0.acknowledgementsPending == 0 } ?? false
    }

    private static func expectEverythingOnce(_ relay: Relay) async throws {
        let database = try await relay.connect()
        // The database came with an event of its own.
        let stored = try await database.texts("SELECT event_id FROM noetl.event WHERE execution_id <> 5")
        let expected = (0..<Self.count).filter { !Self.isBad($0) }
        #expect(stored.count == expected.count)
        #expect(Set(stored) == Set(expected.map(String.init)))
        let letters = try await database.query(
            "SELECT stream_sequence, reason FROM noetl.event_dead_letter ORDER BY stream_sequence"
        )
        let bad = (0..<Self.count).filter(Self.isBad)
        try #require(letters.rowCount == bad.count)
        for (row, index) in bad.enumerated() {
            #expect(try letters.requiredInteger(row: row, column: 0) == Int64(index + 1))
            let reason = letters.text(row: row, column: 1) ?? ""
            #expect(reason.hasPrefix(Self.bad[(index / 100) % Self.bad.count].reason), "\(reason)")
        }
    }
}
