import Foundation
import HTTPTypes
import LocalServers
import Postgres
import RawJSON
import Synchronization
import TestSupport
import Testing

@testable import InternalAPI

/// What `docs/api.md` says, held against the running program.
@Suite(.scratchDatabase, .timeLimit(.minutes(10)))
struct APIPageTests {
    /// A row of one of the tables, cell by cell.
    typealias Row = [String]

    /// The rows of the tables below a heading, up to the next heading of any level.
    private static func rows(below heading: String) throws -> [Row] {
        let page = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../docs/api.md")
        let text = try String(contentsOf: page.standardizedFileURL, encoding: .utf8)
        let section = try #require(text.split(separator: "\n\(heading)\n", maxSplits: 1).dropFirst().first)
        let lines = section.split(separator: "\n").prefix { !$0.hasPrefix("#") }.filter { $0.hasPrefix("| ") }
        let rows = lines.map { line in
            line.dropFirst(2).dropLast(2).split(separator: " | ", omittingEmptySubsequences: false).map(String.init)
        }
        return rows.filter { !$0[0].hasPrefix("---") && !["route", "field", "when"].contains($0[0]) }
    }

    private static func words(_ cell: String) -> [String] {
        cell.matches(of: /`([^`]+)`/).map { String($0.output.1) }
    }

    @Test func `the routes are those that are served`() throws {
        let rows = try Self.rows(below: "## Routes")
        #expect(rows.map { Self.words($0[0])[0] } == Endpoint.allCases.map { "\($0.method.rawValue) \($0.path)" })
    }

    // MARK: fields

    /// A table of fields, and how a request is made that has one of them.
    struct Table: Sendable {
        let heading: String
        let path: String
        /// The request without the field, and with `%` where it goes.
        let request: @Sendable (_ field: String) -> String
        /// Where its faults are, from the body on.
        let place: String
        let fields: [String]
    }

    private static let tables = [
        Table(
            heading: "### POST outbox/claim",
            path: Endpoint.claim.path,
            request: { _ in "{%}" },
            place: "body.",
            fields: ["limit", "ordered"]
        ),
        Table(
            heading: "### POST outbox/mark-published",
            path: Endpoint.markPublished.path,
            request: { $0 == "outbox_ids" ? "{%}" : #"{"outbox_ids":[1]%}"# },
            place: "body.",
            fields: ["outbox_ids", "claimed_attempts"]
        ),
        Table(
            heading: "### POST outbox/mark-failed",
            path: Endpoint.markFailed.path,
            request: { field in
                let others = [("outbox_id", "1"), ("error", #""""#)].filter { $0.0 != field }
                return "{" + others.map { #""\#($0.0)":\#($0.1)"# }.joined(separator: ",") + "%}"
            },
            place: "body.",
            fields: ["outbox_id", "error", "attempts", "max_delay_seconds", "park", "claimed_attempts"]
        ),
        Table(
            heading: "### POST events/project",
            path: Endpoint.project.path,
            request: { field in
                if field == "events" { return "{%}" }
                return field == "event_id" ? #"{"events":[{%}]}"# : #"{"events":[{"event_id":1%}]}"#
            },
            place: "body.events.0.",
            fields: [
                "events", "event_id", "execution_id", "catalog_id", "parent_event_id", "event_type", "node_id",
                "node_name", "node_type", "status", "error", "stack_trace", "tenant_id", "organization_id", "duration",
                "context", "result", "meta", "payload", "trace_component", "timestamp", "created_at",
            ]
        ),
        Table(
            heading: "### POST events/dead-letters",
            path: Endpoint.deadLetters.path,
            request: { field in
                if field == "dead_letters" { return "{%}" }
                let required = [
                    ("stream", #""S""#), ("sequence", "1"), ("subject", #""s""#), ("body", #""""#), ("reason", #""""#),
                ]
                let others = required.filter { $0.0 != field }.map { #""\#($0.0)":\#($0.1)"# }
                return #"{"dead_letters":[{\#(others.joined(separator: ","))%}]}"#
            },
            place: "body.dead_letters.0.",
            fields: ["dead_letters", "stream", "sequence", "subject", "headers", "body", "reason", "sqlstate"]
        ),
    ]

    private static let values = [
        "null", "true", "false", "0", "-1", "1", "1.5", "1e400", "1001", "9223372036854775808", #""""#, #""x""#,
        #"" 5 ""#, #""1.5""#, #""9223372036854775808""#, #""2024-05-06""#, #""a\u0000""#, #""\ud800""#, "[]", "[1]",
        "[1,2]", #"["x"]"#, "[1.5]", "[null]", "[9223372036854775808]", "{}", #"{"a":1}"#, #"{"a":"\u0000"}"#,
        #"{"a":"\ud800"}"#, #"{"status":"x"}"#,
    ]

    @Test(arguments: Self.tables.indices)
    func `each field is refused as the page says, and has the default it says`(index: Int) async throws {
        let table = Self.tables[index]
        let rows = try Self.rows(below: table.heading)
        #expect(rows.map { Self.words($0[0])[0] } == table.fields)
        try await API.with { api in
            for row in rows {
                let field = Self.words(row[0])[0]
                let place = ["events", "dead_letters"].contains(field) ? "body." : table.place
                var refusals: Set<String> = []
                for value in [nil] + Self.values.map(Optional.some) {
                    let member = value.map { #""\#(field)":\#($0)"# } ?? ""
                    let request = table.request(field)
                    let separator = request.contains(/[{\[,]%/) || member.isEmpty ? "" : ","
                    let answer = try await api.send(
                        .post,
                        table.path,
                        request.replacing("%", with: separator + member)
                    )
                    let types = try answer.faults.filter {
                        $0.split(separator: " ").last?.hasPrefix(place + field) == true
                    }
                    .compactMap { $0.split(separator: " ").first.map(String.init) }
                    if value == nil { #expect((answer.status == 422) == (row[2] == "required"), "\(field)") }
                    #expect(answer.status == 200 || answer.status == 422)
                    refusals.formUnion(types)
                }
                #expect(refusals.sorted() == Self.words(row[3]), "\(field)")
            }
        }
    }

    @Test func `what is absent has the default that the page says`() async throws {
        try await API.with { api in
            try await api.database.addRows(1...150)
            let limit = try Self.rows(below: "### POST outbox/claim")[0][2]
            #expect(try await api.claim().claimedIDs.count == Int(limit))
            let marks = try Self.rows(below: "### POST outbox/mark-failed")
            let defaults = Dictionary(uniqueKeysWithValues: marks.map { (Self.words($0[0])[0], $0[2]) })
            let explicit =
                #""attempts":\#(defaults["attempts"] ?? ""),"max_delay_seconds":\#(defaults["max_delay_seconds"] ?? "")"#
            for (fields, same) in [
                (#""attempts":20"#, #""attempts":20,\#(explicit.split(separator: ",")[1])"#), ("", explicit),
            ] {
                let short = try await api.markFailed(
                    #"{"outbox_id":1,"error":""\#(fields.isEmpty ? "" : ",")\#(fields)}"#
                )
                let long = try await api.markFailed(#"{"outbox_id":1,"error":"",\#(same)}"#)
                #expect(short.text == long.text)
            }
            _ = try await api.project(#"{"events":[{"event_id":1}]}"#)
            let rows = try Self.rows(below: "### POST events/project").filter { $0[2] != "required" && $0[2] != "now" }
            for row in rows where !["payload", "trace_component", "timestamp"].contains(Self.words(row[0])[0]) {
                let column = Self.words(row[0])[0]
                let stored = try await api.database.cell("SELECT \(column)::text FROM noetl.event")
                #expect((stored == "∅" ? "null" : stored) == row[2], "\(column)")
            }
        }
    }

    // MARK: errors

    @Test func `each error has the status and the sentence that the page says`() async throws {
        let rows = try Self.rows(below: "## Errors")
        let documented = Dictionary(uniqueKeysWithValues: rows.map { ($0[0], "\($0[1]) \($0[2])") })
        let answers = try await Situations.answers()
        for (situation, answer) in answers { #expect(documented[situation] == answer, "\(situation)") }
        #expect(Set(answers.keys) == Set(documented.keys))
    }
}

/// The situations of the page's table of errors, each brought about.
private enum Situations {
    static func answers() async throws -> [String: String] {
        var answers: [String: String] = [:]
        for part in [try await self.routing(), try await self.closed(), try await self.limits(), try await self.away()]
        {
            answers.merge(part) { $1 }
        }
        return answers
    }

    private static func told(_ answer: Answer) throws -> String {
        let sentence = try answer.detail ?? answer.json["detail"]?.elements.first { _ in true }?["msg"]?.string ?? ""
        return "\(answer.status) \(sentence)\(try Self.note(answer))"
    }

    private static func note(_ answer: Answer) throws -> String {
        let needsRetryAfter = try answer.status == 503 && answer.detail?.hasPrefix("The API is closed") != true
        #expect(needsRetryAfter == (answer.headers[.retryAfter] != nil))
        return ""
    }

    /// The status and sentence of an answer as it went over the wire.
    private static func told(_ text: String) -> String {
        let status = text.split(separator: " ").dropFirst().first ?? ""
        let sentence = text.firstMatch(of: /\{"detail":"([^"]*)"\}/)?.output.1 ?? ""
        return "\(status) \(sentence)"
    }

    private static func routing() async throws -> [String: String] {
        let answers = Answers()
        try await API.with(settings: ["NOETL_INTERNAL_API_MAX_BODY_BYTES": "4096"]) { api in
            func told(_ body: String = "{}", _ headers: HTTPFields = [:]) async throws -> String {
                try Self.told(await api.send(.post, Endpoint.claim.path, body, headers: headers))
            }
            answers["the path is none of the routes, with a token or without"] = try Self.told(
                await api.send(.get, "/x")
            )
            answers["the method is another than the route's; `Allow` names it"] = try Self.told(
                await api.send(.get, Endpoint.claim.path)
            )
            answers["no `Authorization`, or another than Bearer and a token"] = try await told(
                "{}",
                [.authorization: ""]
            )
            answers["a wrong token"] = try await told("{}", [.authorization: "Bearer x"])
            answers["a `Content-Type` that is not JSON"] = try await told("{}", [.contentType: "text/plain"])
            answers["a body longer than `NOETL_INTERNAL_API_MAX_BODY_BYTES`"] = try await told(
                String(repeating: " ", count: 5000)
            )
            answers["a body that is not UTF-8"] = try Self.told(
                await api.send(.post, Endpoint.claim.path, bytes: [0xFF])
            )
            try await Conversation.with(port: api.port) { peer in
                try await peer.say("x\r\n\r\n")
                answers["what is not HTTP"] = Self.told(try await peer.hearAll())
            }
            try await Conversation.with(port: api.port) { peer in
                try await peer.say(Conversation.request(headers: ["X: " + String(repeating: "x", count: 20_000)]))
                let when = "a header longer than `NOETL_INTERNAL_API_MAX_HEADER_BYTES`"
                answers[when] = Self.told(try await peer.hearAll())
            }
        }
        return answers.all
    }

    private static func closed() async throws -> [String: String] {
        let answers = Answers()
        try await API.with(settings: ["NOETL_INTERNAL_API_TOKEN": ""]) { api in
            answers["no token is set on the server"] = try Self.told(await api.claim())
        }
        return answers.all
    }

    private static func limits() async throws -> [String: String] {
        let answers = Answers()
        try await API.with(settings: ["NOETL_INTERNAL_API_REQUEST_TIMEOUT_SECONDS": "0.3"]) { api in
            let when = "a body that does not come within `NOETL_INTERNAL_API_REQUEST_TIMEOUT_SECONDS`"
            let request = Conversation.request(headers: ["Content-Length: 9"])
            answers[when] = Self.told(try await Conversation.answer(to: request, port: api.port))
        }
        let settings = [
            "NOETL_INTERNAL_API_MAX_DATABASE_CONNECTIONS": "1", "NOETL_INTERNAL_API_MAX_WAITING_REQUESTS": "0",
        ]
        try await API.with(settings: settings) { api in
            // The check of the database may have the connection.
            try await eventually { try await api.claim().status == 200 }
            let other = try await ScratchDatabase.connect()
            try await other.run(
                script: "BEGIN; INSERT INTO noetl.event (execution_id, event_id, catalog_id) VALUES (0, 1, 0)"
            )
            async let held = api.project(#"{"events":[{"event_id":1}]}"#)
            try await eventually { try await api.database.waitingStatements() == 1 }
            answers["all database connections are in use; with `Retry-After`"] = try Self.told(await api.claim())
            await other.rollBack()
            _ = try await held
        }
        let more = [
            "NOETL_INTERNAL_API_MAX_BODY_BYTES": "100000", "NOETL_INTERNAL_API_MAX_CONNECTIONS": "6",
            // The peers keep what they have for as long as a busy machine takes to look.
            "NOETL_INTERNAL_API_REQUEST_TIMEOUT_SECONDS": "3600",
        ]
        try await API.with(settings: more) { api in
            try await Self.withPeers(5, port: api.port) {
                let long = "more long bodies at a time than four of the longest; with `Retry-After`"
                try await eventually {
                    answers[long] = try Self.told(await api.claim("{}" + String(repeating: " ", count: 50_000)))
                    return answers[long]?.hasPrefix("503") == true
                }
                try await Self.withPeers(1, port: api.port) {
                    try await Conversation.with(port: api.port) { peer in
                        try await peer.say(Conversation.request(headers: ["Content-Length: 2"], body: "{}"))
                        let when = "more connections than `NOETL_INTERNAL_API_MAX_CONNECTIONS`; with `Retry-After`"
                        answers[when] = Self.told(try await peer.hearAll())
                    }
                }
            }
        }
        return answers.all
    }

    /// Keeps connections that each have sent most of a long body.
    private static func withPeers(_ count: Int, port: Int, _ body: () async throws -> Void) async throws {
        guard count > 0 else { return try await body() }
        try await Conversation.with(port: port) { peer in
            let part = String(repeating: " ", count: 99_000)
            try await peer.say(Conversation.request(headers: ["Content-Length: 100000"], body: part))
            try await Self.withPeers(count - 1, port: port, body)
        }
    }

    private static func away() async throws -> [String: String] {
        let answers = Answers()
        let database = try await TestDatabase()
        try await database.run("DROP SCHEMA noetl CASCADE")
        try await API.with(database) { api in
            answers["the database is not migrated; with `Retry-After`"] = try Self.told(await api.claim())
        }
        try await withLocalPostgres { server in
            _ = try await API.with(try await TestDatabase(on: server)) { api in
                try await server.stop(mode: .immediate)
                answers["the database is away; with `Retry-After`"] = try Self.told(await api.claim())
            }
        }
        return answers.all
    }
}

/// Answers by situation, put together in closures.
private final class Answers: Sendable {
    private let state = Mutex<[String: String]>([:])

    var all: [String: String] { self.state.withLock { $0 } }

    subscript(situation: String) -> String? {
        get { self.state.withLock { $0[situation] } }
        set { self.state.withLock { $0[situation] = newValue } }
    }
}
