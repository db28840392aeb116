import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Logging
import NIOCore
import Settings
import TestSupport

@testable import InternalAPI
@testable import ServiceRuntime

/// The application as tests talk to it.
struct API: Sendable {
    /// The token that opens it.
    static let token = "a token of 32 bytes or thereabout"

    let database: TestDatabase
    let client: any TestClientProtocol

    /// Runs the application over a database.
    ///
    /// - Parameters:
    ///   - database: The database; the running test's by default.
    ///   - settings: Settings beside database and token.
    ///   - setup: Whether requests go to the router or through a socket.
    ///   - logger: Told what the application logs.
    ///   - body: The test.
    /// - Throws: What the test throws.
    static func with(
        _ database: TestDatabase? = nil,
        settings: [String: String] = [:],
        setup: TestingSetup = .router,
        logger: Logger = .quiet,
        _ body: @Sendable (API) async throws -> Void
    ) async throws {
        let database = if let database { database } else { try await TestDatabase() }
        let environment = ["DATABASE_URL": database.uri, "NOETL_INTERNAL_API_TOKEN": self.token]
            .merging(settings) { $1 }
        let context = ServiceContext(
            settings: SettingsReader(environment: environment),
            logger: logger,
            health: Health(logger: logger),
            registry: PrometheusCollectorRegistry()
        )
        let parts = try APIParts(context)
        let application = Application(
            responder: parts.responder,
            configuration: .init(address: .hostname("localhost", port: 0)),
            services: [parts.database],
            logger: logger
        )
        try await application.test(setup) { client in
            try await body(API(database: database, client: client))
        }
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
        var headers = headers
        headers[.authorization] = headers[.authorization] ?? "Bearer \(Self.token)"
        return Answer(
            try await self.client.executeRequest(
                uri: path,
                method: method,
                headers: headers,
                body: bytes.map { ByteBuffer(bytes: $0) }
            )
        )
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
}
