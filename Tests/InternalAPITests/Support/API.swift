import AsyncHTTPClient
import HTTPTypes
import InternalContract
import NIOCore
import NIOHTTP1
import Subprocess
import TestSupport
import Testing

@testable import InternalAPI

/// The program `internal-api`, running over a database, as tests talk to it.
struct API: Sendable {
    /// The token that opens it.
    static let token = "a token of 32 bytes or thereabout"

    let database: TestDatabase
    /// Where it listens.
    let port: Int
    let process: RelayProcess

    /// Runs the program over a database, asks it to stop in the end, and expects that it does.
    ///
    /// - Parameters:
    ///   - database: The database; the running test's by default.
    ///   - settings: Settings beside database, token and port.
    ///   - body: The test.
    /// - Returns: The program's log.
    /// - Throws: What the test throws.
    @discardableResult
    static func with(
        _ database: TestDatabase? = nil,
        settings: [String: String] = [:],
        _ body: @Sendable (API) async throws -> Void
    ) async throws -> [String] {
        let database = if let database { database } else { try await TestDatabase() }
        let environment = [
            "DATABASE_URL": database.uri, "NOETL_INTERNAL_API_TOKEN": self.token, "NOETL_INTERNAL_API_PORT": "0",
            "LOG_FORMAT": "json",
        ].merging(settings) { $1 }
        let end = try await RelayProcess.run("internal-api", environment: environment) { process in
            try await body(API(database: database, port: try await process.port(), process: process))
        }
        #expect(end.status == .exited(0))
        return end.log
    }

    /// Sends a request with the token.
    func send(
        _ method: HTTPRequest.Method,
        _ path: String,
        _ body: String? = nil,
        headers: HTTPFields = [:]
    ) async throws -> Answer {
        try await self.send(method, path, bytes: body.map { Array($0.utf8) }, headers: headers)
    }

    /// Sends a request with the token.
    func send(
        _ method: HTTPRequest.Method,
        _ path: String,
        bytes: [UInt8]?,
        headers: HTTPFields = [:]
    ) async throws -> Answer {
        var request = HTTPClientRequest(url: "http://127.0.0.1:\(self.port)\(path)")
        request.method = HTTPMethod(rawValue: method.rawValue)
        for field in headers { request.headers.add(name: field.name.rawName, value: field.value) }
        if headers[.authorization] == nil { request.headers.add(name: "Authorization", value: "Bearer \(Self.token)") }
        if let bytes { request.body = .bytes(ByteBuffer(bytes: bytes)) }
        return try await Answer(HTTPClient.shared.execute(request, timeout: .seconds(240)))
    }

    func claim(_ body: String = "{}") async throws -> Answer {
        try await self.send(.post, Endpoint.claim.path, body)
    }

    func markPublished(_ body: String) async throws -> Answer {
        try await self.send(.post, Endpoint.markPublished.path, body)
    }

    func markFailed(_ body: String) async throws -> Answer {
        try await self.send(.post, Endpoint.markFailed.path, body)
    }

    func pendingCount() async throws -> Answer {
        try await self.send(.get, Endpoint.pendingCount.path)
    }

    func project(_ body: String) async throws -> Answer {
        try await self.send(.post, Endpoint.project.path, body)
    }

    func recordDeadLetters(_ body: String) async throws -> Answer {
        try await self.send(.post, Endpoint.deadLetters.path, body)
    }

    /// The package's own client for it.
    func makeClient() -> InternalAPIClient {
        let tokens = AccessTokenSource(AccessTokens(parsing: Self.token))
        return InternalAPIClient(InternalAPIConfiguration(url: "http://127.0.0.1:\(self.port)", tokens: tokens))
    }
}
