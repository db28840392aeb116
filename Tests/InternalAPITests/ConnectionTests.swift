import HTTPTypes
import NIOCore
import TestSupport
import Testing

@testable import InternalAPI

/// Clients that take more than their share.
@Suite(.scratchDatabase, .timeLimit(.minutes(10)))
struct ConnectionTests {
    private static let whole = Conversation.request(headers: ["Content-Length: 2"], body: "{}")

    @Test func `one connection too many is told to come back, except by a probe`() async throws {
        try await API.with(settings: ["NOETL_INTERNAL_API_MAX_CONNECTIONS": "1"]) { api in
            try await Conversation.with(port: api.port) { first in
                try await first.say(Self.whole)
                let heard = try await first.hear("}")
                #expect(heard.hasPrefix("HTTP/1.1 200"))
                try await Conversation.with(port: api.port) { second in
                    try await second.say(Self.whole)
                    let answer = try await second.hearAll()
                    #expect(answer.hasPrefix("HTTP/1.1 503"))
                    #expect(answer.lowercased().contains("\r\nretry-after: 1\r\n"))
                    #expect(answer.hasSuffix(#"{"detail":"The server has as many connections as it can take."}"#))
                }
                try await Conversation.with(port: api.port) { probe in
                    try await probe.say("GET /livez HTTP/1.1\r\nHost: x\r\n\r\n")
                    let heard = try await probe.hearAll()
                    #expect(heard.hasPrefix("HTTP/1.1 200"))
                }
                // The one that was admitted goes on.
                try await first.say(Self.whole)
                let again = try await first.hear("}")
                #expect(again.hasPrefix("HTTP/1.1 200"))
            }
            // And when it is gone there is room for another.
            try await eventually { try await api.claim().status == 200 }
            let refused = try await api.send(.get, "/metrics").text
            #expect(refused.contains("\nnoetl_internal_api_connections_refused_total "))
        }
    }

    @Test func `a header that is too long is 431, what is not HTTP is 400, and both say so in JSON`() async throws {
        try await API.with { api in
            let long = "X-Long: " + String(repeating: "x", count: 20_000)
            for (text, status) in [
                (Conversation.request(headers: [long, "Content-Length: 2"], body: "{}"), 431),
                (Conversation.request(headers: (0..<200).map { "X-\($0): x" }), 431),
                ("NONSENSE\r\n\r\n", 400), ("GET /livez HTTP/9.9\r\n\r\n", 400),
                (Conversation.request(headers: ["Content-Length: many"]), 400),
            ] {
                try await Conversation.with(port: api.port) { peer in
                    try await peer.say(text)
                    let answer = try await peer.hearAll()
                    #expect(answer.hasPrefix("HTTP/1.1 \(status)"), "\(text.prefix(40))")
                    #expect(answer.contains(#"{"detail":"The "#))
                }
            }
            #expect(try await api.claim().status == 200)
        }
    }

    @Test func `a body that breaks off in its framing is 400, and nothing is done`() async throws {
        try await API.with { api in
            try await api.database.addRows(1...1)
            try await Conversation.with(port: api.port) { peer in
                try await peer.say(
                    Conversation.request(headers: ["Transfer-Encoding: chunked"], body: "2\r\n{}\r\nnonsense\r\n")
                )
                let answer = try await peer.hearAll()
                #expect(answer.hasPrefix("HTTP/1.1 400"))
                #expect(answer.contains("not valid HTTP"))
            }
            #expect(try await api.claim().claimedIDs == ["1"])
        }
    }

    @Test func `a client that is slow with its header or body, or does not come back, loses its connection`()
        async throws
    {
        let settings = [
            "NOETL_INTERNAL_API_REQUEST_TIMEOUT_SECONDS": "0.3", "NOETL_INTERNAL_API_KEEP_ALIVE_SECONDS": "0.3",
        ]
        try await API.with(settings: settings) { api in
            try await Conversation.with(port: api.port) { peer in
                try await peer.say("POST /api/internal/outbox/claim HTTP/1.1\r\nHost:")
                let heard = try await peer.hearAll()
                #expect(heard == "")
            }
            let incomplete = Conversation.request(headers: ["Content-Length: 100"], body: "{")
            let late = try await Conversation.answer(to: incomplete, port: api.port)
            #expect(late.hasPrefix("HTTP/1.1 408"))
            #expect(late.contains("did not come in time"))
            // Refused before its body is read, and then the body does not come.
            let forged = Conversation.request(token: "wrong", headers: ["Content-Length: 100"], body: "{")
            #expect(try await Conversation.answer(to: forged, port: api.port).hasPrefix("HTTP/1.1 403"))
            #expect(try await Conversation.answer(to: Self.whole, port: api.port).hasPrefix("HTTP/1.1 200"))
        }
    }

    @Test func `a body that drips is not waited for any longer`() async throws {
        try await API.with(settings: ["NOETL_INTERNAL_API_REQUEST_TIMEOUT_SECONDS": "0.5"]) { api in
            // Where the machine is too busy to say it in time, nothing is answered.
            var heard = ""
            for _ in 0..<20 where heard.isEmpty {
                try await Conversation.with(port: api.port) { peer in
                    try? await peer.say(Conversation.request(headers: ["Content-Length: 1000000"]))
                    let dripping = Task { [outbound = peer.outbound] in
                        while !Task.isCancelled {
                            try await outbound.write(ByteBuffer(string: " "))
                            try await Task.sleep(for: .milliseconds(20))
                        }
                    }
                    heard = try await peer.hear("}")
                    dripping.cancel()
                }
            }
            #expect(heard.hasPrefix("HTTP/1.1 408"))
        }
    }

    @Test func `a client that does not take its answer loses its connection`() async throws {
        try await API.with(settings: ["NOETL_INTERNAL_API_REQUEST_TIMEOUT_SECONDS": "0.5"]) { api in
            try await api.database.run(
                "INSERT INTO noetl.outbox (event_id, payload) SELECT 1, to_jsonb(repeat('x', 50000000))"
            )
            try await Conversation.with(port: api.port) { peer in
                try await peer.say(Self.whole)
                // The server gives up while we do not look: what follows is less than the answer.
                try await eventually {
                    let metrics = try await api.send(.get, "/metrics").text
                    return metrics.contains(/\nnoetl_internal_api_connections 1(\.0)?\n/)
                }
                let heard = try await peer.hearAll()
                #expect(heard.utf8.count < 50_000_000)
            }
        }
    }
}
