import HTTPTypes
import TestSupport
import Testing

@testable import InternalAPI

@Suite(.scratchDatabase)
struct LiveTests {
    @Test func `requests through a socket, the connection kept after refused ones`() async throws {
        try await API.with(settings: ["NOETL_INTERNAL_API_MAX_BODY_BYTES": "1000000"]) { api in
            try await api.database.addRows(1...2)
            #expect(try await api.claim(#"{"limit":1}"#).claimedIDs == ["1"])
            let headers: HTTPFields = [.authorization: "Bearer wrong"]
            let large = String(repeating: "x", count: 3_000_000)
            #expect(try await api.send(.post, Endpoint.claim.path, large, headers: headers).status == 403)
            #expect(try await api.claim(large).status == 413)
            #expect(try await api.send(.head, Endpoint.claim.path).status == 405)
            #expect(try await api.send(.get, "/nothing").status == 404)
            #expect(try await api.claim(#"{"limit":1}"#).claimedIDs == ["2"])
        }
    }

    @Test(.timeLimit(.minutes(10)))
    func `a client that waits for 100 Continue gets it, and one that is refused does not`() async throws {
        try await API.with { api in
            try await api.database.addRows(1...1)
            let port = api.port
            func head(_ token: String) -> String {
                """
                POST /api/internal/outbox/claim HTTP/1.1\r
                Host: localhost\r
                Authorization: Bearer \(token)\r
                Content-Length: 11\r
                Expect: 100-continue\r
                \r

                """
            }
            try await Conversation.with(port: port) { peer in
                try await peer.say(head(API.token))
                let interim = try await peer.hear("\r\n\r\n")
                #expect(interim.hasPrefix("HTTP/1.1 100 Continue"))
                try await peer.say(#"{"limit":1}"#)
                let answer = try await peer.hear("}")
                #expect(answer.hasPrefix("HTTP/1.1 200"))
            }
            try await Conversation.with(port: port) { peer in
                try await peer.say(head("wrong"))
                let answer = try await peer.hear("}")
                #expect(answer.hasPrefix("HTTP/1.1 403"))
            }
        }
    }

    @Test(.timeLimit(.minutes(10))) func `a body may come in chunks`() async throws {
        try await API.with { api in
            let port = api.port
            try await Conversation.with(port: port) { peer in
                try await peer.say(
                    """
                    POST /api/internal/outbox/claim HTTP/1.1\r
                    Host: localhost\r
                    Authorization: bearer \(API.token)\r
                    Transfer-Encoding: chunked\r
                    \r
                    4\r
                    {"li\r
                    7\r
                    mit":1}\r
                    0\r
                    \r

                    """
                )
                let answer = try await peer.hear("}")
                #expect(answer.hasPrefix("HTTP/1.1 200"))
            }
        }
    }

    @Test(.timeLimit(.minutes(10))) func `a token of odd bytes is wrong`() async throws {
        try await API.with { api in
            let port = api.port
            try await Conversation.with(port: port) { peer in
                try await peer.say(
                    "GET /api/internal/outbox/pending-count HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer \u{E4}\r\n\r\n"
                )
                let answer = try await peer.hear("}")
                #expect(answer.hasPrefix("HTTP/1.1 403"))
            }
        }
    }
}
