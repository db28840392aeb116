import LocalServers
import Logging
import Postgres
import TestSupport
import Testing
import Waiting

@Suite(.timeLimit(.minutes(10)))
struct ConnectTests {
    @Test
    func `a port nobody listens on is a failure to connect`() async throws {
        let error = try await Self.error(connecting: "host=127.0.0.1 port=1 user=u dbname=d")
        #expect(error.message.contains("Connection refused"))
        #expect(!error.message.contains("\n"))
    }

    @Test
    func `an unknown host is a failure to connect`() async throws {
        let error = try await Self.error(connecting: "postgresql://u@no-such-host.invalid/d")
        #expect(error.message.contains("no-such-host.invalid"))
    }

    @Test
    func `an unknown database is a failure to connect that names it`() async throws {
        let server = try await SharedLocalServers.postgres()
        let error = try await Self.error(connecting: server.uri(database: "no_such_database"))
        #expect(error.message.contains(#"database "no_such_database" does not exist"#))
    }

    @Test
    func `TLS that the server does not offer is a failure to connect`() async throws {
        let server = try await SharedLocalServers.postgres()
        let error = try await Self.error(connecting: server.uri() + "?sslmode=require")
        #expect(error.message.contains("SSL"))
    }

    @Test
    func `a wrong password is a failure to connect that does not show it`() async throws {
        // The throwaway servers trust everybody, so this one is told to ask before it is asked.
        try await withLocalPostgres { server in
            let connection = try await PostgresConnection.connect(.testing(server.uri()), logger: .quiet)
            try await connection.run(
                script: """
                    CREATE ROLE guarded LOGIN PASSWORD 'right';
                    COPY (VALUES ('local all all trust'), ('host all postgres all trust'),
                        ('host all all all scram-sha-256')) TO '\(server.folder)/data/pg_hba.conf';
                    """
            )
            try await server.restart()
            let host = "host=127.0.0.1 port=\(server.port) user=guarded dbname=postgres"
            let error = try await Self.error(connecting: "\(host) password=hunter2")
            #expect(error.message.contains("password authentication failed"))
            #expect(!error.debugDescription.contains("hunter2"))
            _ = try await Self.connect("\(host) password=right")
        }
    }

    @Test
    func `a server that does not answer is given up when its time is up`() async throws {
        try await withListeningSocket { port in
            let error = try await #require(throws: PostgresError.self) {
                try await Self.connect("host=127.0.0.1 port=\(port) user=u dbname=d", within: .milliseconds(50))
            }
            #expect(error.code == .connectionFailed)
            #expect(error.isRetryable)
        }
    }

    @Test
    func `how long to wait for a server may be set in the connection string`() async throws {
        try await withListeningSocket { port in
            // Our own time would outlast the test.
            let host = "host=127.0.0.1 port=\(port) user=u dbname=d"
            let error = try await #require(throws: PostgresError.self) {
                try await Self.connect("\(host) connect_timeout=1", within: .seconds(3600))
            }
            #expect(error.code == .connectionFailed)
        }
        let server = try await SharedLocalServers.postgres()
        for timeout in ["240", "0", "-1"] {
            _ = try await Self.connect("\(server.uri())?connect_timeout=\(timeout)", within: .zero)
        }
        let error = try await Self.error(connecting: "\(server.uri())?connect_timeout=soon")
        #expect(error.message.contains("connect_timeout must be a whole number"))
    }

    @Test
    func `connecting to a server that does not answer ends with its task`() async throws {
        try await withListeningSocket { port in
            let work = Task {
                try await Self.connect("host=127.0.0.1 port=\(port) user=u dbname=d", within: .seconds(3600))
            }
            await Task.yield()
            work.cancel()
            await #expect(throws: CancellationError.self) { try await work.value }
        }
    }

    @Test(arguments: [("", Duration.seconds(30)), ("connect_timeout=15", .zero)])
    func `of several hosts one that is silent is passed over`(setting: String, timeout: Duration) async throws {
        let server = try await SharedLocalServers.postgres()
        try await withListeningSocket(isFull: true) { port in
            let hosts = "host=127.0.0.1,127.0.0.1 port=\(port),\(server.port) user=postgres dbname=postgres"
            let connection = try await Self.connect("\(hosts) \(setting)", within: timeout)
            #expect(try await connection.integer("SELECT inet_server_port()::bigint") == server.port)
        }
    }

    private static func error(connecting string: String) async throws -> PostgresError {
        let error = try await #require(throws: PostgresError.self) { try await self.connect(string) }
        #expect(error.code == .connectionFailed)
        #expect(error.isUnavailable)
        #expect(error.isRetryable)
        return error
    }

    private static func connect(_ string: String) async throws -> PostgresConnection {
        try await PostgresConnection.connect(.testing(string), logger: .quiet)
    }

    private static func connect(_ string: String, within timeout: Duration) async throws -> PostgresConnection {
        let configuration = PostgresConfiguration(
            connectionString: string,
            applicationName: "tests",
            connectTimeout: timeout
        )
        return try await PostgresConnection.connect(configuration, logger: .quiet)
    }
}
