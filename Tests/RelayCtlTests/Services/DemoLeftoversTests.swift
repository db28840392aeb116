import JetStream
import Postgres
import Testing

@testable import RelayCtl

@Suite(.timeLimit(.minutes(10)))
struct DemoLeftoversTests {
    @Test func `rows of others that the demo published are pending again, and the rest of the demo is gone`()
        async throws
    {
        let stream = try await ScratchStream()
        try await stream.publish(outboxIDs: [1, 2, 3, 3, 5])
        try await Self.withRows { connection, url in
            let sentences = await Self.leftovers(url, stream).remove()
            #expect(sentences == ["Rows that others wrote meanwhile, PENDING again for their publisher: 2."])
            let states = try await Self.states(connection)
            #expect(states == ["2 PENDING", "3 PENDING", "4 PUBLISHED", "5 PENDING"])
            #expect(try await stream.connection.streamInfo(stream.name) == nil)
        }
    }

    @Test func `nothing is removed where the stream does not tell any more what went into it`() async throws {
        let stream = try await ScratchStream()
        try await stream.publish(outboxIDs: [1, 2, 3])
        try await stream.deleteMessage(1)
        try await Self.withRows { connection, url in
            let sentences = await Self.leftovers(url, stream).remove()
            #expect(sentences.count == 1)
            #expect(sentences.first?.contains("no longer has all before sequence 2") == true, "\(sentences)")
            let states = try await Self.states(connection)
            #expect(states == ["1 PUBLISHED", "2 PENDING", "3 PENDING", "4 PUBLISHED", "5 PENDING"])
            #expect(try await stream.connection.streamInfo(stream.name) != nil)
        }
    }

    /// A row of the demo's execution 7, and four of others: two that went into the stream, one that went into another,
    /// and one that is not published.
    private static func withRows(_ body: (PostgresConnection, String) async throws -> Void) async throws {
        try await withEmptyDatabase { connection, url in
            #expect(try await RelayCtlProcess.run(["migrate"], environment: ["DATABASE_URL": url]).status == 0)
            try await connection.query(
                """
                INSERT INTO noetl.outbox (execution_id, event_id, payload, status, published_at) VALUES
                    (7, 1, '{}', 'PUBLISHED', now()),
                    (8, 2, '{}', 'PUBLISHED', now()),
                    (NULL, 3, '{}', 'PUBLISHED', now()),
                    (8, 4, '{}', 'PUBLISHED', now()),
                    (9, 5, '{}', 'PENDING', NULL)
                """
            )
            try await body(connection, url)
        }
    }

    private static func leftovers(_ url: String, _ stream: ScratchStream) -> DemoLeftovers {
        let servers = DemoServers(
            database: PostgresConfiguration(connectionString: url, applicationName: "tests"),
            nats: stream.configuration,
            isDatabaseOwn: false,
            isNATSOwn: false,
            names: StreamNames(stream: stream.name, subjectPrefix: stream.prefix, consumer: "demo")
        )
        return DemoLeftovers(of: [7], on: servers)
    }

    private static func states(_ connection: PostgresConnection) async throws -> [String] {
        let result = try await connection.query(
            """
            SELECT outbox_id || ' ' || status
            FROM noetl.outbox
            WHERE (status = 'PUBLISHED') = (published_at IS NOT NULL)
            ORDER BY outbox_id
            """
        )
        return (0..<result.rowCount).map { result.text(row: $0, column: 0) ?? "" }
    }
}
