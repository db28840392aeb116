import JetStream
import Postgres
import Schema
import TestSupport
import Testing

@testable import Projector

/// The api sink over a real internal-api.
@Suite(.emptyDatabase, .scratchStream, .timeLimit(.minutes(10)))
struct APISinkTests {
    /// Good messages and bad ones of all kinds.
    private static let bodies = [
        #"{"event_id": 1, "catalog_id": 1, "context": {"n": 1.10, "big": 123456789012345678901}, "status": "ü"}"#,
        "", "ARROW1\u{1}", #"{"event_id": 2"#, "[1]", #"{"status": "x"}"#, #"{"event_id": 3, "error": "\u0000"}"#,
        #"{"event_id": 4000000000000000000000}"#, #"{"event_id": 5, "duration": 1e999}"#,
        #"{"event_id": 6, "catalog_id": 1, "result": {"status": 5}}"#, #"{"event_id": 7, "catalog_id": 99}"#,
        #"{"event_id": 8, "catalog_id": 1, "context": {"a": 1e200000}}"#, #"{"event": {"event_id": 9}}"#,
        #"{"events": [{"event_id": 10}, {"event_id": 11, "timestamp": "2024-05-06T07:08:09+02:00"}]}"#,
        #"{"events": [{"event_id": 12}, {"event_id": 13, "catalog_id": 99}, {"event_id": 14}]}"#,
        #"{"events": [{"event_id": 15}, {"event_id": "x"}]}"#, #"{"events": []}"#,
        #"{"event_id": 16, "meta": \#(String(repeating: "[", count: 998))\#(String(repeating: "]", count: 998))}"#,
        #"{"event_id": 1, "catalog_id": 1, "status": "again"}"#, #"{"event_id": "18"}"#,
    ]

    private static let events = """
        SELECT concat_ws('|', event_id, catalog_id, status, context, meta, node_name, tenant_id,
            CASE WHEN event_id = 11 THEN created_at END)
        FROM noetl.event WHERE execution_id <> 5 ORDER BY event_id
        """

    private static let letters = """
        SELECT concat_ws('|', stream_sequence, subject, encode(headers, 'escape'), md5(body), sql_state, ':', reason)
        FROM noetl.event_dead_letter ORDER BY stream_sequence
        """

    @Test func `what becomes of a message is the same as over connections of its own`() async throws {
        let database = try await Self.makeDatabase()
        let connection = try await ScratchStream.make()
        for (index, body) in Self.bodies.enumerated() {
            try await connection.publish(body, to: Self.subject, id: "message-\(index)")
        }
        try await withWorker { _ in try await eventually { try await Self.isDone(connection) } }
        let events = try await database.texts(Self.events)
        let letters = try await database.texts(Self.letters)
        #expect(events.count == 5)
        #expect(letters.count == 15)
        try await database.query("DELETE FROM noetl.event WHERE execution_id <> 5")
        try await database.query("TRUNCATE noetl.event_dead_letter")
        try await connection.deleteConsumer("noetl-projector", stream: ScratchStream.name)

        try await withInternalAPI(over: ScratchDatabase.uri) { port, _ in
            try await withWorker(api: "http://127.0.0.1:\(port)") { worker in
                try await eventually { try await Self.isDone(connection) }
                #expect(worker.metric("noetl_projector_projected_total") == 5)
                #expect(worker.metric("noetl_projector_duplicates_total") == 1)
                #expect(worker.metric("noetl_projector_dead_letters_total") == 15)
                #expect(worker.metric("noetl_projector_batch_messages_sum") == Double(Self.bodies.count))
                #expect(worker.metric("noetl_projector_lag_seconds_count") > 0)
            }
        }
        #expect(try await database.texts(Self.events) == events)
        let sent = try await database.texts(Self.letters)
        #expect(sent.count == letters.count)
        // Over the API a reason is without the words of the database, which may have the row's content.
        for (sent, direct) in zip(sent, letters) {
            #expect(direct.hasPrefix(sent), "\(sent)\n\(direct)")
        }
    }

    @Test func `a message that only the server finds bad, without a name, is found`() async throws {
        let database = try await Self.makeDatabase()
        let connection = try await ScratchStream.make()
        // As deep as may be by itself, which is too deep within a request.
        let deep = String(repeating: "[", count: 997) + String(repeating: "]", count: 997)
        for number in 0..<20 {
            let context = number == 13 ? deep : "1"
            try await connection.publish(#"{"event_id": \#(number), "context": {"a": \#(context)}}"#, to: Self.subject)
        }
        try await withInternalAPI(over: ScratchDatabase.uri) { port, _ in
            try await withWorker(api: "http://127.0.0.1:\(port)") { _ in
                try await eventually { try await Self.isDone(connection) }
            }
        }
        #expect(try await database.integer("SELECT count(*) FROM noetl.event WHERE execution_id <> 5") == 19)
        let reasons = try await database.texts("SELECT reason FROM noetl.event_dead_letter")
        #expect(reasons.count == 1)
        #expect(reasons.first?.contains("nested too deep") == true, "\(reasons)")
    }

    @Test func `a stream read again from its start adds nothing and counts duplicates`() async throws {
        let database = try await Self.makeDatabase()
        let connection = try await ScratchStream.make()
        for number in 0..<50 {
            try await connection.publish(number % 10 == 3 ? "bad" : #"{"event_id": \#(number)}"#, to: Self.subject)
        }
        try await withInternalAPI(over: ScratchDatabase.uri) { port, _ in
            for expected in [(projected: 45.0, duplicates: 0.0), (projected: 0.0, duplicates: 45.0)] {
                try await withWorker(api: "http://127.0.0.1:\(port)") { worker in
                    try await eventually { try await Self.isDone(connection) }
                    #expect(worker.metric("noetl_projector_projected_total") == expected.projected)
                    #expect(worker.metric("noetl_projector_duplicates_total") == expected.duplicates)
                    #expect(worker.metric("noetl_projector_dead_letters_total") == 5)
                }
                try await connection.deleteConsumer("noetl-projector", stream: ScratchStream.name)
            }
        }
        #expect(try await database.integer("SELECT count(*) FROM noetl.event WHERE execution_id <> 5") == 45)
        #expect(try await database.integer("SELECT count(*) FROM noetl.event_dead_letter") == 5)
    }

    @Test func `refused messages that are named cost two requests each at most`() async throws {
        _ = try await Self.makeDatabase()
        let connection = try await ScratchStream.make()
        let bad = Set((0..<12).map { $0 * 41 })
        for number in 0..<500 {
            let catalog = bad.contains(number) ? 99 : 1
            try await connection.publish(#"{"event_id": \#(number), "catalog_id": \#(catalog)}"#, to: Self.subject)
        }
        try await withInternalAPI(over: ScratchDatabase.uri) { port, process in
            try await withWorker(api: "http://127.0.0.1:\(port)") { worker in
                try await eventually { try await Self.isDone(connection) }
                #expect(worker.metric("noetl_projector_dead_letters_total") == 12)
                let requests = process.log.count { $0.contains("Answered") && $0.contains("/events/project") }
                let batches = Int(worker.metric("noetl_projector_batch_messages_count"))
                #expect(requests > 0)
                #expect(requests <= batches + 24, "\(requests) requests, \(batches) batches")
            }
        }
        let database = try await ScratchDatabase.connect()
        let letters = try await database.texts("SELECT DISTINCT sql_state FROM noetl.event_dead_letter")
        #expect(letters == ["23503"])
    }

    // MARK: parts

    private static var subject: String { "\(ScratchStream.prefix).a" }

    /// An existing database, with a foreign key to the catalog and a check of the result.
    private static func makeDatabase() async throws -> PostgresConnection {
        let database = try await ScratchDatabase.connect()
        try await database.run(script: ExistingSchema.current.sql)
        try await Migrator(database, logger: .quiet).migrate()
        return database
    }

    private static func isDone(_ connection: NATSConnection) async throws -> Bool {
        let info = try await connection.consumerInfo(stream: ScratchStream.name, consumer: "noetl-projector")
        return info.map { $0.pending == 0 && $0.acknowledgementsPending == 0 && $0.deliveries > 0 } ?? false
    }
}
