import HTTPTypes
import TestSupport
import Testing

@testable import InternalAPI

@Suite(.scratchDatabase)
struct RoutingTests {
    @Test(arguments: [
        "/", "/api/internal", "/api/internal/outbox", "/api/internal/outbox/claim/", "/api//internal/outbox/claim",
        "/api/internal/outbox/Claim", "/API/internal/outbox/claim", "/api/internal/outbox%2Fclaim",
        "/api/internal/outbox/claim%20", "/api/internal/outbox/%", "/api/internal/outbox/%6", "/livez/",
    ])
    func `a path that is none is 404, with and without a token`(path: String) async throws {
        try await API.with { api in
            for authorization in ["", "Bearer \(API.token)"] {
                for method in [HTTPRequest.Method.get, .post] {
                    let answer = try await api.send(method, path, "{}", headers: [.authorization: authorization])
                    #expect(answer.status == 404)
                    #expect(answer.text == #"{"detail":"Not Found"}"#)
                    #expect(answer.headers[.contentType] == "application/json")
                }
            }
        }
    }

    @Test(arguments: [
        "/api/internal/outbox/%63laim", "/%61pi/internal/out%62ox/clai%6D", "/api/internal/outbox/claim?a=b",
    ])
    func `letters may be percent-encoded`(path: String) async throws {
        try await API.with { api in
            let answer = try await api.send(.post, path, "{}")
            #expect(answer.status == 200)
        }
    }

    @Test(arguments: Endpoint.allCases)
    func `every other method is 405 and says which is allowed`(endpoint: Endpoint) async throws {
        try await API.with { api in
            let others: [HTTPRequest.Method] = [.get, .post, .put, .patch, .delete, .head, .options, .trace]
            for method in others where method != endpoint.method {
                let answer = try await api.send(method, endpoint.path, headers: [.authorization: ""])
                #expect(answer.status == 405)
                #expect(answer.headers[.allow] == endpoint.method.rawValue)
                #expect(answer.text == (method == .head ? "" : #"{"detail":"Method Not Allowed"}"#))
            }
        }
    }

    @Test func `a request keeps its name, or is given one`() async throws {
        try await API.with { api in
            let name = try #require(HTTPField.Name("X-Request-Id"))
            let named = try await api.send(.post, Endpoint.claim.path, "{}", headers: [name: "abc-1"])
            #expect(named.headers[name] == "abc-1")
            let unnamed = try await api.send(.post, Endpoint.claim.path, "{}", headers: [name: "not usable"])
            #expect(unnamed.headers[name].map { $0.count > 8 && $0 != "not usable" } == true)
        }
    }
}
