import HTTPTypes
import TestSupport
import Testing

@testable import InternalAPI

@Suite(.scratchDatabase)
struct BodyTests {
    @Test(arguments: [
        ("application/json", 200), ("APPLICATION/JSON", 200), ("application/json; charset=utf-8", 200),
        ("application/json;x=y;z", 200), (" application/json ; a=b", 200), ("application/vnd.api+json", 200),
        ("application/problem+JSON; q=1", 200), ("", 200), ("text/plain", 422), ("text/json", 422),
        ("application/x-www-form-urlencoded", 422), ("application/jsonp", 422), ("json", 422), ("*/*", 422),
    ])
    func `the content type must stand for JSON where there is one`(type: String, status: Int) async throws {
        try await API.with { api in
            let answer = try await api.send(.post, Endpoint.claim.path, "{}", headers: [.contentType: type])
            #expect(answer.status == status)
        }
    }

    @Test(arguments: [[0xFF], [0x7B, 0xC3, 0x28, 0x7D], [0x7B, 0x22, 0xE4, 0x22, 0x3A, 0x31, 0x7D]] as [[UInt8]])
    func `a body that is not UTF-8 is 400`(bytes: [UInt8]) async throws {
        try await API.with { api in
            let answer = try await api.send(.post, Endpoint.claim.path, bytes: bytes)
            #expect(answer.status == 400)
            #expect(try answer.detail != nil)
        }
    }

    @Test func `a body may be as long as the limit and no longer`() async throws {
        try await API.with(settings: ["NOETL_INTERNAL_API_MAX_BODY_BYTES": "2000"]) { api in
            let longest = #"{"limit":1,"x":""# + String(repeating: "x", count: 2000 - 18) + #""}"#
            #expect(longest.utf8.count == 2000)
            #expect(try await api.claim(longest).status == 200)
            let answer = try await api.claim(longest + " ")
            #expect(answer.status == 413)
            #expect(try answer.detail?.contains("2000") == true)
        }
    }

    @Test func `a fault shows what it found unless that is long`() async throws {
        try await API.with { api in
            let short = try await api.claim(#"{"limit":"few"}"#)
            #expect(short.text.contains(#""input":"few"}"#))
            let long = String(repeating: "x", count: 1000)
            let answer = try await api.claim(#"{"limit":"\#(long)"}"#)
            #expect(answer.text.contains(#""input":null}"#))
        }
    }
}
