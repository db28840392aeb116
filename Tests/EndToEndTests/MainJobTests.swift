import JetStream
import Postgres
import Subprocess
import TestSupport
import Testing

/// From an outbox row to an event, with the real executables on real servers.
@Suite(.scratchDatabase, .scratchStream, .timeLimit(.minutes(10)))
struct MainJobTests {
    @Test func `every committed row becomes a message and an event once, each execution in order`() async throws {
        let relay = Relay.scratch
        try await relay.commit(3000)
        let publisher = try await RelayProcess.run("outbox-publisher", environment: relay.environment()) { _ in
            let projector = try await RelayProcess.run("projector", environment: relay.environment()) { _ in
                try await relay.commit(1000, firstEvent: 3001)
                try await eventually { try await relay.events() == 4000 }
            }
            #expect(projector.status == .exited(0))
        }
        #expect(publisher.status == .exited(0))
        #expect(try await relay.rows("PUBLISHED") == 4000)
        let streamed = try await relay.streamedEvents()
        #expect(streamed.values.map(\.count).reduce(0, +) == 4000)
        for (execution, events) in streamed {
            #expect(events == events.sorted(), "execution \(execution)")
            #expect(Set(events).count == events.count, "execution \(execution)")
        }
    }

    @Test func `a message is the payload byte for byte under headers that say what it is`() async throws {
        let relay = Relay.scratch
        let payload = """
            {"meta": {"traceparent": "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"}, "event_id": 7, \
            "event_type": "step.enter", "tenant_id": "Müller & Söhne", "number": 12345678901234567890.123456789012345678}
            """
        try await OutboxSeed.insert(
            [
                OutboxSeed(execution: 42, event: 7, payload: payload),
                OutboxSeed(event: 8, subject: "\(relay.prefix).own.subject", payload: "[1, null]"),
            ],
            on: relay.connect()
        )
        let once = relay.environment(["NOETL_OUTBOX_PUBLISHER_ONCE": "true"])
        #expect(try await RelayProcess.run("outbox-publisher", environment: once, stop: nil).status == .exited(0))
        let stored = try await relay.connect().query("SELECT payload::text FROM noetl.outbox ORDER BY outbox_id")
        let puller = try await ScratchStream.connect().makeScratchPuller()
        var messages: [String: (body: String, headers: [String: String])] = [:]
        while messages.count < 2 {
            let delivered = try await puller.pull(limit: 2, wait: .seconds(60))
            for (index, text) in delivered.texts.enumerated() {
                let names = [
                    "Nats-Msg-Id", "Noetl-Event-Id", "Noetl-Execution-Id", "Noetl-Event-Type", "Content-Type",
                    "traceparent",
                ]
                let headers = names.compactMap { name in delivered.header(name, of: index).map { (name, $0) } }
                messages[delivered.subject(index)] = (text, Dictionary(uniqueKeysWithValues: headers))
            }
        }
        let first = try #require(messages["\(relay.prefix).M-ller-S-hne.default.42.0"])
        #expect(first.body == stored.text(row: 0, column: 0))
        #expect(
            first.headers == [
                "Nats-Msg-Id": "42-7",
                "Noetl-Event-Id": "7",
                "Noetl-Execution-Id": "42",
                "Noetl-Event-Type": "step.enter",
                "Content-Type": "application/json",
                "traceparent": "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
            ]
        )
        let second = try #require(messages["\(relay.prefix).own.subject"])
        #expect(second.body == "[1, null]")
        #expect(second.headers["Nats-Msg-Id"] == "none-8")
    }

    @Test func `a row that can never go is parked with its reason and holds up nobody`() async throws {
        let relay = Relay.scratch
        try await OutboxSeed.insert(
            [
                OutboxSeed(execution: 1, event: 1, subject: "not a subject", payload: "{}"),
                OutboxSeed(execution: 1, event: 2, payload: "{}"),
                OutboxSeed(execution: 2, event: 3, payload: "{}"),
            ],
            on: relay.connect()
        )
        let once = relay.environment(["NOETL_OUTBOX_PUBLISHER_ONCE": "true"])
        #expect(try await RelayProcess.run("outbox-publisher", environment: once, stop: nil).status == .exited(0))
        let row = try await relay.connect()
            .query("SELECT status, available_at::text, last_error FROM noetl.outbox WHERE event_id = 1")
        #expect(row.text(row: 0, column: 0) == "FAILED")
        #expect(row.text(row: 0, column: 1) == "infinity")
        #expect(row.text(row: 0, column: 2)?.contains("not a subject") == true)
        #expect(try await relay.rows("PUBLISHED") == 2)
    }

    @Test func `a message that cannot become an event is a dead letter and costs no other`() async throws {
        let relay = Relay.scratch
        try await OutboxSeed.insert(
            [
                OutboxSeed(execution: 1, event: 1, payload: #"{"event_id": 1, "execution_id": 1}"#),
                OutboxSeed(execution: 1, event: 2, payload: #"{"execution_id": 1}"#),
                OutboxSeed(execution: 1, event: 3, payload: #"{"event_id": 3, "result": {"status": 5}}"#),
                OutboxSeed(execution: 1, event: 4, payload: #"{"events": [{"event_id": 4}, {"event_id": 5}]}"#),
            ],
            on: relay.connect()
        )
        _ = try await RelayProcess.run("outbox-publisher", environment: relay.environment()) { _ in
            _ = try await RelayProcess.run("projector", environment: relay.environment()) { _ in
                try await eventually { try await relay.events() == 3 }
                try await eventually {
                    try await relay.connect().query("SELECT FROM noetl.event_dead_letter").rowCount == 2
                }
            }
        }
        let letters = try await relay.connect()
            .query("SELECT reason, sql_state FROM noetl.event_dead_letter ORDER BY stream_sequence")
        #expect(letters.text(row: 0, column: 0) == "event_id is required")
        #expect(letters.text(row: 1, column: 1) == "23514")
    }
}
