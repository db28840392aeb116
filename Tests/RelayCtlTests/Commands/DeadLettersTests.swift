import Postgres
import RawJSON
import Testing

@testable import RelayCtl

@Suite(.timeLimit(.minutes(10)))
struct DeadLettersTests {
    /// Records three dead letters: one that is no text, one whose shape is refused, and one that is in order now.
    private static let fill: Statement = """
        INSERT INTO noetl.event_dead_letter (stream, stream_sequence, subject, headers, body, reason, sql_state) VALUES
            ('S', 7, 's.a', 'Nats-Msg-Id: 1-1', '\\xff00', 'the body is not JSON', NULL),
            ('S', 8, 's.b', NULL, '{"event_id": 1, "result": {"status": 5}}', 'wrong shape', '23514'),
            ('S', 9, 's.b', NULL, '{"event_id": 2}', 'was refused once', '23503')
        """

    private func withDeadLetters(
        _ body: (PostgresConnection, _ run: ([String]) async throws -> RelayCtlProcess) async throws -> Void
    ) async throws {
        try await withEmptyDatabase { connection, url in
            let environment = ["DATABASE_URL": url]
            #expect(try await RelayCtlProcess.run(["migrate"], environment: environment).status == 0)
            try await connection.query(Self.fill)
            try await body(connection) { arguments in
                try await RelayCtlProcess.run(["dead-letters"] + arguments, environment: environment)
            }
        }
    }

    @Test
    func `dead letters are listed with their reasons, for a person and for a program`() async throws {
        try await self.withDeadLetters { _, run in
            let text = try await run(["list"])
            #expect(text.status == 0, "\(text.errors)")
            #expect(text.output.contains("S/7  s.a  2 bytes\n    the body is not JSON\n"))
            #expect(text.output.contains("3 of 3 dead letters: "))
            let page = try await run(["list", "--subject", "s.b", "--limit", "1", "--json"])
            let json = try JSONDocument(parsing: Array(page.output.utf8), indexingDepth: 3).root
            #expect(json["total"]?.rawText == "2")
            #expect(json["dead_letters"]?.count == 1)
            #expect(json["dead_letters"]?.elements.first { _ in true }?["stream_sequence"]?.rawText == "8")
            #expect(try await run(["list", "--stream", "T"]).output == "No dead letters.\n")
        }
    }

    @Test
    func `one is shown with headers and body, in hex where that is no text`() async throws {
        try await self.withDeadLetters { _, run in
            let text = try await run(["show", "1"])
            #expect(text.output.contains("Nats-Msg-Id: 1-1\n"))
            #expect(text.output.hasSuffix("body (2 bytes, in hex):\nff00\n"))
            let json = try await run(["show", "2", "--json"])
            let root = try JSONDocument(parsing: Array(json.output.utf8), indexingDepth: 1).root
            #expect(root["body"]?.string == #"{"event_id": 1, "result": {"status": 5}}"#)
            #expect(root["body_hex"]?.isNull == true)
            let none = try await run(["show", "4"])
            #expect(none.status == 1)
            #expect(none.errors.hasPrefix("relayctl: There is no dead letter 4"))
        }
    }

    @Test
    func `what can be stored now is redriven, and the rest stays with status 1`() async throws {
        try await self.withDeadLetters { connection, run in
            let all = try await run(["redrive", "--all", "--json"])
            #expect(all.status == 1)
            let root = try JSONDocument(parsing: Array(all.output.utf8), indexingDepth: 2).root
            #expect(root["redriven"]?.rawText == "1")
            #expect(root["projected"]?.rawText == "1")
            #expect(root["refused"]?.count == 2)
            let stored = try await connection.query("SELECT event_id FROM noetl.event")
            #expect(stored.rowCount == 1)
            let again = try await run(["redrive", "3"])
            #expect(again.status == 1)
            #expect(again.errors.contains("no dead letter 3"))
        }
    }

    @Test
    func `discarding takes ids, or a filter together with --all`() async throws {
        try await self.withDeadLetters { _, run in
            for arguments in [["discard"], ["discard", "1", "--all"], ["discard", "--sql-state", "23503"]] {
                #expect(try await run(arguments).status == 2)
            }
            #expect(try await run(["discard", "--all", "--sql-state", "none"]).output == "Discarded: 1.\n")
            let some = try await run(["discard", "2", "77"])
            #expect(some.status == 1)
            #expect(some.output == "Discarded: 1.\n")
            #expect(some.errors.contains("no dead letter 77"))
            #expect(try await run(["list", "--json"]).output.contains(#""total":1"#))
        }
    }
}
