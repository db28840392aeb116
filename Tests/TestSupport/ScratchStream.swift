package import JetStream
import LocalServers
import Synchronization
package import Testing

/// Gives each test names of its own on ``SharedLocalServers/nats()``: a stream, the prefix of its subjects, a consumer.
///
/// Streams end with the server, which ends with the process.
package struct ScratchStream: TestTrait, SuiteTrait, TestScoping {
    @TaskLocal private static var number = 0
    @TaskLocal private static var serverURL = ""

    private static let last = Atomic<Int>(0)

    fileprivate init() {}

    // swift-format-ignore: AllPublicDeclarationsHaveDocumentation
    package var isRecursive: Bool { true }

    /// Runs a test with names of its own.
    package func provideScope(
        for test: Test,
        testCase: Test.Case?,
        performing function: @concurrent @Sendable () async throws -> Void
    ) async throws {
        guard testCase != nil else { return try await function() }
        let server = try await SharedLocalServers.nats()
        let number = Self.last.add(1, ordering: .relaxed).newValue
        try await Self.$serverURL.withValue(server.url) {
            try await Self.$number.withValue(number) { try await function() }
        }
    }
}

extension ScratchStream {
    /// The stream of the running test; it does not exist until somebody makes it.
    package static var name: String { "SCRATCH_\(self.number)" }

    /// The prefix of the subjects of the running test's stream.
    package static var prefix: String { "scratch\(self.number)" }

    /// A consumer's name for the running test.
    package static var consumer: String { "consumer\(self.number)" }

    /// The URL of the server.
    package static var url: String {
        precondition(!self.serverURL.isEmpty, "the test lacks the trait .scratchStream")
        return self.serverURL
    }

    /// How to connect to the server.
    package static var configuration: NATSConfiguration {
        NATSConfiguration.testing(self.url)
    }

    /// Connects to the server.
    package static func connect() async throws -> NATSConnection {
        try await NATSConnection.connect(self.configuration)
    }

    /// Connects and makes the running test's stream, for all subjects below ``prefix``.
    package static func make() async throws -> NATSConnection {
        let connection = try await self.connect()
        try await connection.addStream(StreamConfiguration(name: self.name, subjects: ["\(self.prefix).>"]))
        return connection
    }
}

extension Trait where Self == ScratchStream {
    /// A stream name, a subject prefix and a consumer name of its own for each test.
    package static var scratchStream: Self { Self() }
}
