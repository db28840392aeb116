import JetStream
import LocalServers
import TestSupport
import Testing

@Suite(.scratchStream, .timeLimit(.minutes(10)))
struct ConnectTests {
    @Test
    func `a connection knows what the server takes and that it is open`() async throws {
        let connection = try await ScratchStream.connect()
        #expect(!connection.isClosed)
        #expect(connection.maximumPayloadBytes == 1 << 20)
        try await connection.flush()
        await connection.close()
        await connection.close()
        #expect(connection.isClosed)
        await connection.waitUntilClosed()
        let error = await #expect(throws: NATSError.self) { try await connection.streamInfo("X") }
        #expect(error?.isUnavailable == true)
        #expect(error?.isRetryable == true)
    }

    @Test
    func `a port nobody listens on is a failure to connect`() async throws {
        let error = try await Self.error(connecting: NATSConfiguration(url: "nats://127.0.0.1:1", name: "tests"))
        #expect(error.code == .connectionFailed)
        #expect(error.isUnavailable)
        #expect(error.isRetryable)
    }

    @Test
    func `of several servers the first that answers is taken`() async throws {
        var configuration = ScratchStream.configuration
        configuration.url = "nats://127.0.0.1:1,\(ScratchStream.url)"
        let connection = try await NATSConnection.connect(configuration)
        try await connection.flush()
    }

    @Test
    func `a wrong password is a failure to connect that does not show it`() async throws {
        let lines = ["authorization {", "  user: u", "  password: right", "}"]
        try await withLocalNATS(LocalNATSConfiguration(lines: lines)) { server in
            let address = "127.0.0.1:\(server.port)"
            for credentials in ["", "u:hunter2@"] {
                let url = "nats://\(credentials)\(address)"
                let error = try await Self.error(connecting: .testing(url))
                #expect(error.code == .connectionFailed)
                #expect(!"\(error)".contains("hunter2"))
            }
            let right = NATSConfiguration.testing("nats://u:right@\(address)")
            try await NATSConnection.connect(right).flush()
        }
    }

    @Test
    func `a server that does not speak NATS is a failure to connect`() async throws {
        let postgres = try await SharedLocalServers.postgres()
        let configuration = NATSConfiguration(
            url: "nats://127.0.0.1:\(postgres.port)",
            name: "tests",
            connectTimeout: .milliseconds(100)
        )
        #expect(try await Self.error(connecting: configuration).code == .connectionFailed)
    }

    @Test
    func `files that cannot be used are invalid settings, known before connecting`() async throws {
        for keyPath in [\NATSConfiguration.certificateAuthorityFile, \.credentialsFile] {
            var configuration = ScratchStream.configuration
            configuration[keyPath: keyPath] = "/nonexistent"
            await #expect(throws: NATSError.self) { try await NATSConnection.connect(configuration) }
        }
        var configuration = ScratchStream.configuration
        configuration.certificateFile = "/nonexistent"
        configuration.keyFile = "/nonexistent"
        let error = try await Self.error(connecting: configuration)
        #expect(error.code == .invalidConfiguration)
        #expect(!error.isRetryable)
    }

    @Test
    func `the end of the connection is told to all who asked, before and after it`() async throws {
        let connection = try await ScratchStream.connect()
        let waiters = (0..<5).map { _ in Task { await connection.waitUntilClosed() } }
        await Task.yield()
        await connection.close()
        for waiter in waiters { await waiter.value }
        await connection.waitUntilClosed()
    }

    @Test
    func `a server that goes away ends the connection, and another can be made when it is back`() async throws {
        try await withLocalNATS { server in
            let configuration = NATSConfiguration.testing(server.url)
            let connection = try await NATSConnection.connect(configuration)
            try await server.stop(kill: true)
            await connection.waitUntilClosed()
            #expect(connection.isClosed)
            try await server.start()
            #expect(connection.isClosed)
            try await NATSConnection.connect(configuration).flush()
        }
    }

    @Test
    func `connections are made, used and dropped without a trace`() async throws {
        let observer = try await ScratchStream.make()
        for _ in 0..<30 {
            let publisher = try await ScratchStream.connect().makePublisher()
            let outcomes = await publisher.publish(20, timeout: .seconds(60)) { _, draft in
                try draft.write("x", to: "\(ScratchStream.prefix).a")
            }
            #expect(outcomes.allSatisfy { $0.sequence != nil })
        }
        #expect(try await observer.streamInfo(ScratchStream.name)?.messages == 600)
    }

    private static func error(connecting configuration: NATSConfiguration) async throws -> NATSError {
        try await #require(throws: NATSError.self) { try await NATSConnection.connect(configuration) }
    }
}
