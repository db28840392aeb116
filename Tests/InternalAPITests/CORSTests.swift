import HTTPTypes
import TestSupport
import Testing

@testable import InternalAPI

@Suite(.scratchDatabase, .timeLimit(.minutes(10)))
struct CORSTests {
    private static let question: HTTPFields = [
        .origin: "https://console.example", .accessControlRequestMethod: "POST", .authorization: "",
    ]

    @Test func `without the setting nothing is said to a page`() async throws {
        try await API.with { api in
            let answer = try await api.send(.options, Endpoint.claim.path, headers: Self.question)
            #expect(answer.status == 405)
            let claim = try await api.send(.post, Endpoint.claim.path, "{}", headers: [.origin: "https://x"])
            #expect(claim.headers[.accessControlAllowOrigin] == nil && claim.headers[.vary] == nil)
        }
    }

    @Test(arguments: ["https://other.example , https://console.example", "*"])
    func `a page of an allowed origin may call`(origins: String) async throws {
        try await API.with(settings: ["NOETL_INTERNAL_API_CORS_ORIGINS": origins]) { api in
            let answer = try await api.send(.options, Endpoint.claim.path, headers: Self.question)
            #expect(answer.status == 204)
            #expect(answer.headers[.accessControlAllowOrigin] == "https://console.example")
            #expect(answer.headers[.accessControlAllowMethods] == "POST")
            #expect(answer.headers[.accessControlAllowHeaders]?.contains("Authorization") == true)
            let headers: HTTPFields = [.origin: "https://console.example"]
            for (body, status) in [("{}", 200), ("[]", 422)] {
                let claim = try await api.send(.post, Endpoint.claim.path, body, headers: headers)
                #expect(claim.status == status)
                #expect(claim.headers[.accessControlAllowOrigin] == "https://console.example")
                #expect(claim.headers[.vary] == "Origin")
            }
        }
    }

    @Test func `a page of another origin may not, and OPTIONS is no method otherwise`() async throws {
        try await API.with(settings: ["NOETL_INTERNAL_API_CORS_ORIGINS": "https://console.example"]) { api in
            var stranger = Self.question
            stranger[.origin] = "https://console.example.evil"
            let refused = try await api.send(.options, Endpoint.claim.path, headers: stranger)
            #expect(refused.status == 405)
            #expect(try await api.send(.options, Endpoint.claim.path).status == 405)
            #expect(try await api.send(.options, "/nothing", headers: Self.question).status == 404)
            #expect(try await api.send(.options, "/metrics", headers: Self.question).status == 405)
            // The preflight needs no token, what follows it does.
            let headers: HTTPFields = [.origin: "https://console.example", .authorization: ""]
            #expect(try await api.send(.post, Endpoint.claim.path, "{}", headers: headers).status == 403)
        }
    }
}
