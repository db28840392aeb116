import HTTPTypes
import TestSupport
import Testing

@testable import InternalAPI

@Suite(.scratchDatabase, .timeLimit(.minutes(10)))
struct LongBodyTests {
    private static let megabyte = 1 << 20

    /// What `docs/api.md` says: a request holds its body, the statement's parameters, and libpq's copy of them.
    @Test func `a body of 48 MB is projected within four times its size`() async throws {
        try await API.with { api in
            let text = String(repeating: "0123456789abcdef", count: Self.megabyte / 16)
            let events = (1...48).map { #"{"event_id":\#($0),"context":{"text":"\#(text)"}}"# }
            let body = Array(#"{"events":[\#(events.joined(separator: ","))]}"#.utf8)
            // Everything that is loaded on first use.
            #expect(try await api.project(#"{"events":[{"event_id":100,"context":{}}]}"#).status == 200)
            let before = try api.process.peakMemory()
            let answer = try await api.send(.post, Endpoint.project.path, bytes: body)
            #expect(answer.text == #"{"projected":48,"duplicates":0}"#)
            let growth = try api.process.peakMemory() - before
            #expect(growth < 4 * body.count, "\(growth / Self.megabyte) MiB for \(body.count / Self.megabyte) MiB")
            let stored = try await api.database.cell(
                "SELECT count(*) FROM noetl.event WHERE length(context ->> 'text') = \(Self.megabyte)"
            )
            #expect(stored == "48")
            // A second one has the first one's memory to take.
            let again = try await api.send(.post, Endpoint.project.path, bytes: body)
            #expect(again.text == #"{"projected":0,"duplicates":48}"#)
            #expect(try api.process.peakMemory() - before < 6 * body.count)
        }
    }

    @Test func `bodies that are too much together are told to come back`() async throws {
        try await API.with(settings: ["NOETL_INTERNAL_API_MAX_BODY_BYTES": "100000"]) { api in
            let part = String(repeating: " ", count: 99_000)
            func begin(_ peer: Conversation) async throws {
                try await peer.say(Conversation.request(headers: ["Content-Length: 100000"], body: part))
            }
            try await Conversation.with(port: api.port) { a in
                try await Conversation.with(port: api.port) { b in
                    try await Conversation.with(port: api.port) { c in
                        try await Conversation.with(port: api.port) { d in
                            for peer in [a, b, c, d] { try await begin(peer) }
                            var refused: Answer?
                            try await eventually {
                                let body = #"{"limit":1}"# + String(repeating: " ", count: 50_000)
                                refused = try await api.claim(body)
                                return refused?.status == 503
                            }
                            #expect(refused?.headers[.retryAfter] == "1")
                            #expect(try refused?.detail?.contains("long requests") == true)
                            try await a.say(#"{"limit":1}"# + String(repeating: " ", count: 989))
                            let heard = try await a.hear("}")
                            #expect(heard.hasPrefix("HTTP/1.1 200"))
                        }
                    }
                }
            }
            let body = #"{"limit":1}"# + String(repeating: " ", count: 50_000)
            try await eventually { try await api.claim(body).status == 200 }
        }
    }

    @Test func `nesting of 100,000 levels is a client's error and the server goes on`() async throws {
        try await API.with { api in
            for open in ["[", #"{"a":"#] {
                let deep = String(repeating: open, count: 100_000)
                let closed = deep + "1" + String(repeating: open == "[" ? "]" : "}", count: 100_000)
                for text in [deep, closed] {
                    for body in [
                        text, #"{"events":[{"event_id":1,"context":{"a":\#(text)}}]}"#, #"{"limit":\#(text)}"#,
                    ] {
                        let answers = [try await api.claim(body), try await api.project(body)]
                        #expect(answers.map(\.status) == [422, 422])
                    }
                }
            }
            #expect(try await api.project(#"{"events":[{"event_id":1}]}"#).status == 200)
        }
    }
}
