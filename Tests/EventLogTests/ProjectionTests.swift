import Postgres
import TestSupport
import Testing

@testable import EventLog

@Suite(.scratchDatabase, .timeLimit(.minutes(10)))
struct ProjectionTests {
    @Test
    func `good messages are stored, each bad one is a dead letter with its reason`() async throws {
        let bodies = [
            #"{"event_id": 1}"#, #"{"event_id": 2, "result": {"shape": "wrong"}}"#, "not json",
            #"{"event_id": 3, "status": "\u0000"}"#, #"{"events": [{"event_id": 4}, {"event_id": 5}]}"#,
            #"{"execution_id": 1}"#, #"{"event": {"event_id": 6}}"#, "", #"{"event_id": 7, "result": 5}"#,
        ]
        let outcome = try await Self.project(bodies)
        #expect(outcome == ProjectionService.Outcome(projected: 4, duplicates: 0, deadLetters: 6))
        let connection = try await ScratchDatabase.connect()
        #expect(
            try await connection.texts("SELECT event_id FROM noetl.event ORDER BY event_id") == ["1", "4", "5", "6"]
        )
        let letters = try await connection.texts(
            """
            SELECT concat_ws('|', stream_sequence, subject, sql_state, convert_from(body, 'UTF8'))
            FROM noetl.event_dead_letter WHERE stream = 'S' ORDER BY stream_sequence
            """
        )
        #expect(
            letters == [
                "1|s.1|23514|\(bodies[1])", "2|s.2|\(bodies[2])", "3|s.3|\(bodies[3])", "5|s.5|\(bodies[5])",
                "7|s.7|\(bodies[7])", "8|s.8|\(bodies[8])",
            ]
        )
        let reasons = try await connection.texts(
            "SELECT reason FROM noetl.event_dead_letter ORDER BY stream_sequence"
        )
        #expect(reasons[0].contains("event_result_shape"))
        #expect(reasons[1].hasPrefix("the body is not JSON"))
        #expect(reasons[2] == "status holds U+0000, which PostgreSQL cannot store")
        #expect(reasons[3] == "event_id is required")
        #expect(reasons[4] == "the body is empty")
        #expect(reasons[5] == "result must be an object")
    }

    @Test
    func `a batch that comes again is counted as duplicates and records no dead letter twice`() async throws {
        let bodies = [#"{"event_id": 1}"#, "x", #"{"event_id": 2, "result": {}}"#, #"{"event_id": 3}"#]
        let first = try await Self.project(bodies)
        #expect(first == ProjectionService.Outcome(projected: 2, duplicates: 0, deadLetters: 2))
        let second = try await Self.project(bodies)
        #expect(second.projected == 0)
        #expect(second.duplicates == 2)
        let connection = try await ScratchDatabase.connect()
        #expect(try await connection.integer("SELECT count(*) FROM noetl.event_dead_letter") == 2)
    }

    @Test
    func `one message of many events is stored whole or not at all`() async throws {
        let bodies = [#"{"events": [{"event_id": 1}, {"event_id": 2, "result": {}}]}"#, #"{"event_id": 3}"#]
        let outcome = try await Self.project(bodies)
        #expect(outcome == ProjectionService.Outcome(projected: 1, duplicates: 0, deadLetters: 1))
        let connection = try await ScratchDatabase.connect()
        #expect(try await connection.texts("SELECT event_id FROM noetl.event") == ["3"])
    }

    @Test(arguments: [[0], [99], [0, 1, 50, 98, 99], Array(0..<100)])
    func `bad messages are found wherever they are among a hundred`(bad: [Int]) async throws {
        let bodies = (0..<100).map { number in
            bad.contains(number) ? #"{"event_id": \#(number), "result": {}}"# : #"{"event_id": \#(number)}"#
        }
        let outcome = try await Self.project(bodies)
        #expect(outcome == ProjectionService.Outcome(projected: 100 - bad.count, duplicates: 0, deadLetters: bad.count))
        let connection = try await ScratchDatabase.connect()
        let recorded = try await connection.texts(
            "SELECT stream_sequence FROM noetl.event_dead_letter ORDER BY stream_sequence"
        )
        #expect(recorded == bad.map(String.init))
    }

    @Test
    func `bytes that are no text are kept as they came`() async throws {
        let body: [UInt8] = [0xff, 0x00, 0x7b]
        _ = try await Self.project([body])
        let connection = try await ScratchDatabase.connect()
        #expect(try await connection.texts("SELECT body FROM noetl.event_dead_letter") == ["\\xff007b"])
    }

    @Test
    func `no messages at all cost nothing`() async throws {
        #expect(try await Self.project([String]()) == ProjectionService.Outcome())
    }

    @Test
    func `a database that is at fault fails the batch and stores nothing of it`() async throws {
        let connection = try await ScratchDatabase.connect()
        try await connection.query("ALTER TABLE noetl.event RENAME COLUMN meta TO other")
        let error = await #expect(throws: PostgresError.self) { try await Self.project(["x", #"{"event_id": 1}"#]) }
        #expect(error?.isDataError == false)
        #expect(try await connection.integer("SELECT count(*) FROM noetl.event_dead_letter") == 0)
    }

    private static func project(_ bodies: [String]) async throws -> ProjectionService.Outcome {
        try await Projecting.project(bodies)
    }

    private static func project(_ bodies: [[UInt8]]) async throws -> ProjectionService.Outcome {
        try await Projecting.project(bodies)
    }
}
