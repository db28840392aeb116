import JetStream
import LocalServers
import Postgres
import Schema
import Subprocess
import TestSupport
import Testing

/// Rows that cannot go: each is kept with its reason, and costs no other.
@Suite(.timeLimit(.minutes(10)))
struct RefusalTests {
    @Test(.scratchDatabase, .scratchStream)
    func `sizes around the limit are published or parked, and no connection is lost over them`() async throws {
        let relay = Relay.scratch
        // The server takes 1 MiB, headers included, and ends a connection that sends more.
        let sizes = [1_000_000, 1_048_100, 1_048_300, 1_048_400, 1_048_500, 1_048_576, 1_048_577, 2_000_000]
        try await OutboxSeed.insert(
            sizes.enumerated()
                .map { index, size in
                    let text = String(repeating: "x", count: size - 13)
                    return OutboxSeed(execution: 1, event: Int64(index), payload: #"{"text": "\#(text)"}"#)
                } + [OutboxSeed(execution: 1, event: 99)],
            on: relay.connect()
        )
        let end = try await Self.publishOnce(relay)
        #expect(!end.log.contains { $0.contains("is down") }, "\(end.log)")
        let rows = try await relay.connect().texts(
            """
            SELECT concat_ws(' ', event_id, status, available_at = 'infinity', last_error)
            FROM noetl.outbox ORDER BY outbox_id
            """
        )
        #expect(rows[0] == "0 PUBLISHED f")
        #expect(rows[8] == "99 PUBLISHED f")
        let parked = "FAILED t NATS: larger than the server's max_payload"
        for row in rows[6...7] { #expect(row.contains(parked), "\(row)") }
        #expect(rows.allSatisfy { $0.contains("PUBLISHED f") || $0.contains("FAILED t NATS: larger") }, "\(rows)")
    }

    @Test(.scratchDatabase, .scratchStream)
    func `a subject too long for the protocol is parked and ends no connection`() async throws {
        let relay = Relay.scratch
        let limit = Subject.maximumBytes - relay.prefix.count - 1
        try await OutboxSeed.insert(
            [
                OutboxSeed(execution: 1, event: 1, subject: "\(relay.prefix)." + String(repeating: "a", count: 5000)),
                OutboxSeed(execution: 1, event: 2, subject: "\(relay.prefix)." + String(repeating: "a", count: limit)),
                OutboxSeed(execution: 1, event: 3),
            ],
            on: relay.connect()
        )
        let end = try await Self.publishOnce(relay)
        #expect(!end.log.contains { $0.contains("is down") }, "\(end.log)")
        let states = try await relay.connect().texts(
            "SELECT concat_ws(' ', status, available_at = 'infinity') FROM noetl.outbox ORDER BY outbox_id"
        )
        #expect(states == ["FAILED t", "PUBLISHED f", "PUBLISHED f"])
    }

    @Test(.scratchDatabase, .scratchStream)
    func `a row whose attempts are used up is parked, with the last reason`() async throws {
        let relay = Relay.scratch
        try await OutboxSeed.insert(
            [
                OutboxSeed(execution: 1, event: 1, subject: "nobody.listens", attempts: 9),
                OutboxSeed(execution: 1, event: 2, subject: "nobody.listens", attempts: 8),
            ],
            on: relay.connect()
        )
        _ = try await Self.publishOnce(relay, ["NOETL_OUTBOX_PUBLISHER_MAX_ATTEMPTS": "10"])
        let rows = try await relay.connect().texts(
            """
            SELECT concat_ws(' ', status, attempts, available_at = 'infinity',
                available_at BETWEEN updated_at + interval '128 seconds' AND now() + interval '256 seconds', last_error)
            FROM noetl.outbox ORDER BY outbox_id
            """
        )
        let reason = "NATS: nothing answers on this subject"
        #expect(rows[0].hasPrefix("FAILED 10 t f gave up after 10 attempts: \(reason)"), "\(rows)")
        #expect(rows[1].hasPrefix("FAILED 9 f t \(reason)"), "\(rows)")
    }

    @Test(.scratchDatabase, .scratchStream)
    func `a row refused at first goes when its cause is mended, by itself and in order`() async throws {
        let relay = Relay.scratch
        try await OutboxSeed.insert(
            [
                OutboxSeed(execution: 1, event: 1, subject: "\(relay.prefix)late.a"),
                OutboxSeed(execution: 1, event: 2),
                OutboxSeed(execution: 2, event: 3),
            ],
            on: relay.connect()
        )
        let end = try await RelayProcess.run("outbox-publisher", environment: relay.environment()) { _ in
            try await eventually { try await relay.rows("PUBLISHED") == 1 }
            try await eventually { try await relay.rows("FAILED") == 1 }
            try await ScratchStream.connect().request(
                "STREAM.UPDATE.\(relay.stream)",
                body: """
                    {"name": "\(relay.stream)", "subjects": ["\(relay.prefix).>", "\(relay.prefix)late.>"], \
                    "storage": "file", "max_age": 86400000000000, "duplicate_window": 120000000000}
                    """
            )
            try await eventually { try await relay.rows("PUBLISHED") == 3 }
        }
        #expect(end.log.count { $0.contains("Rows were refused") } == 1, "\(end.log)")
        #expect(try await relay.streamedEvents()["1"] == [1, 2])
        #expect(try await relay.connect().texts("SELECT last_error FROM noetl.outbox") == ["∅", "∅", "∅"])
    }

    @Test func `a message that the broker neither takes nor refuses is the row's fault, not the others'`() async throws
    {
        // Publishing to a subject without permission is answered with an error on the connection and no PubAck.
        let permissions = #"permissions: { publish: { deny: ["noetl.events.no"] } }"#
        let lines = ["authorization { users = [ { user: relay, password: x, \(permissions) } ] }"]
        try await withLocalPostgres { postgres in
            try await withLocalNATS(LocalNATSConfiguration(lines: lines)) { nats in
                let relay = Relay(
                    databaseURI: postgres.uri(),
                    natsURL: "nats://relay:x@127.0.0.1:\(nats.port)",
                    stream: "NOETL_EVENTS",
                    prefix: "noetl.events"
                )
                let connection = try await relay.connect()
                try await Migrator(connection, logger: .quiet).migrate()
                try await OutboxSeed.insert(
                    [
                        OutboxSeed(execution: 1, event: 1, subject: "noetl.events.no", attempts: 4),
                        OutboxSeed(execution: 2, event: 2), OutboxSeed(execution: 3, event: 3),
                    ],
                    on: connection
                )
                let environment = relay.environment([
                    "NOETL_OUTBOX_PUBLISHER_MAX_ATTEMPTS": "5", "NOETL_OUTBOX_PUBLISHER_CONCURRENCY": "1",
                    "NOETL_OUTBOX_LEASE_SECONDS": "4",
                ])
                let end = try await RelayProcess.run("outbox-publisher", environment: environment) { _ in
                    try await eventually { try await relay.rows("PUBLISHED") == 2 }
                    try await eventually { try await relay.rows("FAILED") == 1 }
                    try await relay.commit(10, firstEvent: 10)
                    try await eventually { try await relay.rows("PUBLISHED") == 12 }
                }
                #expect(end.status == .exited(0))
                let reason = try await connection.texts(
                    "SELECT last_error FROM noetl.outbox WHERE event_id = 1 AND available_at = 'infinity'"
                )
                #expect(reason.first?.contains("though later ones had theirs") == true, "\(reason)")
            }
        }
    }

    private static func publishOnce(
        _ relay: Relay,
        _ settings: [String: String] = [:]
    ) async throws -> RelayProcess.End {
        let once = relay.environment(settings.merging(["NOETL_OUTBOX_PUBLISHER_ONCE": "true"]) { $1 })
        let end = try await RelayProcess.run("outbox-publisher", environment: once, stop: nil)
        #expect(end.status == .exited(0), "\(end.log)")
        return end
    }
}
