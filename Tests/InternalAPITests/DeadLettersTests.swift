import InternalContract
import TestSupport
import Testing

@testable import InternalAPI

/// `POST events/dead-letters`.
@Suite(.scratchDatabase, .timeLimit(.minutes(10)))
struct DeadLettersTests {
    private static let row = """
        SELECT concat_ws('|', stream, stream_sequence, subject, encode(headers, 'hex'), encode(body, 'hex'), reason,
            sql_state)
        FROM noetl.event_dead_letter ORDER BY dead_letter_id
        """

    private static func letter(_ sequence: Int64, body: [UInt8] = Array(0...255)) -> DeadLettersRequest.Letter {
        DeadLettersRequest.Letter(
            stream: "S",
            sequence: sequence,
            subject: "a.ü",
            headers: Array("A: b\r\n".utf8) + [0xFF],
            body: body,
            reason: "so\n\"it\" is",
            sqlState: "22P02"
        )
    }

    @Test func `a message is recorded as it came, each once`() async throws {
        try await API.with { api in
            let client = api.makeClient()
            let empty = Self.letter(1, body: [])
            let first = try await client.recordDeadLetters([Self.letter(.max), empty, empty])
            #expect(first == DeadLettersAnswer(recorded: 2, duplicates: 1))
            let again = try await client.recordDeadLetters([empty, Self.letter(1), Self.letter(.max)])
            #expect(again == DeadLettersAnswer(recorded: 1, duplicates: 2))
            let bytes = (0...255).map { String($0 + 256, radix: 16).dropFirst() }.joined()
            let rows = try await api.database.column(Self.row)
            #expect(
                Set(rows) == [
                    "S|1|a.ü|413a20620d0aff||so\n\"it\" is|22P02",
                    "S|1|a.ü|413a20620d0aff|\(bytes)|so\n\"it\" is|22P02",
                    "S|9223372036854775807|a.ü|413a20620d0aff|\(bytes)|so\n\"it\" is|22P02",
                ]
            )
        }
    }

    @Test func `what is optional may be absent or null, and what is unknown is ignored`() async throws {
        try await API.with { api in
            let answer = try await api.recordDeadLetters(
                #"""
                {"dead_letters":[{"stream":"S","sequence":" 1 ","subject":"","body":"","reason":"","x":[1]},
                {"stream":"S","sequence":2.0,"subject":"","headers":null,"body":"","reason":"","sqlstate":null}]}
                """#
            )
            #expect(answer.text == #"{"recorded":2,"duplicates":0}"#)
            #expect(try await api.database.column("SELECT headers IS NULL FROM noetl.event_dead_letter") == ["t", "t"])
        }
    }

    @Test(arguments: [
        ("{}", ["missing at body.dead_letters"]), (#"{"dead_letters":[]}"#, ["too_short at body.dead_letters"]),
        (#"{"dead_letters":{}}"#, ["list_type at body.dead_letters"]),
        (#"{"dead_letters":[5]}"#, ["model_attributes_type at body.dead_letters.0"]),
        (
            #"{"dead_letters":[{"stream":"S","sequence":1,"subject":"s","body":"AA==","reason":"r"},{}]}"#,
            [
                "missing at body.dead_letters.1.stream", "missing at body.dead_letters.1.sequence",
                "missing at body.dead_letters.1.subject", "missing at body.dead_letters.1.body",
                "missing at body.dead_letters.1.reason",
            ]
        ),
        (
            #"""
            {"dead_letters":[{"stream":"","sequence":-1,"subject":"\u0000","headers":"x","body":"A","reason":5,
            "sqlstate":"2350"}]}
            """#,
            [
                "string_too_short at body.dead_letters.0.stream", "greater_than_equal at body.dead_letters.0.sequence",
                "value_error at body.dead_letters.0.subject", "value_error at body.dead_letters.0.headers",
                "value_error at body.dead_letters.0.body", "string_type at body.dead_letters.0.reason",
                "value_error at body.dead_letters.0.sqlstate",
            ]
        ),
    ])
    func `a malformed request is 422 and records nothing`(body: String, faults: [String]) async throws {
        try await API.with { api in
            let answer = try await api.recordDeadLetters(body)
            #expect(answer.status == 422)
            #expect(try answer.faults == faults)
            #expect(try await api.database.cell("SELECT count(*) FROM noetl.event_dead_letter") == "0")
        }
    }

    @Test func `of many at a time none waits for another in a circle`() async throws {
        try await API.with { api in
            let client = api.makeClient()
            let letters = (1...200).map { Self.letter($0, body: [UInt8(truncatingIfNeeded: $0)]) }
            let recorded = try await withThrowingTaskGroup { group in
                for _ in 0..<16 {
                    group.addTask { try await client.recordDeadLetters(letters.shuffled()).recorded }
                }
                return try await group.reduce(0, +)
            }
            #expect(recorded == 200)
        }
    }

    @Test func `what the database refuses of an event is told with its SQLSTATE`() async throws {
        try await API.with { api in
            try await api.database.run("ALTER TABLE noetl.event ADD CHECK (node_name <> 'bad')")
            let answer = try await api.project(
                #"{"events":[{"event_id":1},{"event_id":2,"node_name":"bad"}]}"#
            )
            #expect(answer.status == 422)
            #expect(try answer.faults == ["value_error at body.events.1"])
            #expect(answer.text.hasSuffix(#""input":null,"ctx":{"sqlstate":"23514"}}]}"#), "\(answer.text)")
        }
    }
}
