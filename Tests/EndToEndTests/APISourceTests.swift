import Glibc
import JetStream
import LocalServers
import Postgres
import Schema
import Subprocess
import TestSupport
import Testing

/// The publisher over leases of internal-api, without a connection to the database.
@Suite(.scratchDatabase, .scratchStream, .timeLimit(.minutes(10)))
struct APISourceTests {
    @Test func `publishers without a database publish every row once and in order`() async throws {
        let relay = Relay.scratch
        try await relay.commit(3000)
        try await self.withAPI(relay) { environment in
            let first = try await RelayProcess.run("outbox-publisher", environment: environment) { _ in
                let second = try await RelayProcess.run("outbox-publisher", environment: environment) { _ in
                    try await relay.commit(1000, firstEvent: 3001)
                    try await eventually { try await relay.rows("PUBLISHED") == 4000 }
                    let names = try await relay.connect().texts(
                        "SELECT DISTINCT application_name FROM pg_stat_activity WHERE datname = current_database() ORDER BY 1"
                    )
                    #expect(!names.contains("outbox-publisher"), "\(names)")
                }
                #expect(second.status == .exited(0), "\(second.log)")
            }
            #expect(first.status == .exited(0), "\(first.log)")
        }
        let streamed = try await relay.streamedEvents()
        #expect(streamed.values.map(\.count).reduce(0, +) == 4000)
        #expect(streamed.values.allSatisfy { $0 == $0.sorted() && Set($0).count == $0.count })
    }

    @Test func `a row that is refused waits with its reason and holds back its execution only`() async throws {
        let relay = Relay.scratch
        try await OutboxSeed.insert(
            [
                OutboxSeed(execution: 1, event: 1, subject: "not a subject"),
                OutboxSeed(execution: 1, event: 2, payload: #"{"tenant_id": 5, "event_type": "x", "meta": {"a": 1}}"#),
                OutboxSeed(execution: 2, event: 3, payload: "[1e400]"),
            ],
            on: relay.connect()
        )
        try await self.withAPI(relay) { environment in
            var once = environment
            once["NOETL_OUTBOX_PUBLISHER_ONCE"] = "true"
            let end = try await RelayProcess.run("outbox-publisher", environment: once, stop: nil)
            #expect(end.status == .exited(0), "\(end.log)")
        }
        let rows = try await relay.connect().texts(
            """
            SELECT concat_ws(' ', status, available_at > now() + interval '200 seconds', last_error)
            FROM noetl.outbox ORDER BY outbox_id
            """
        )
        #expect(rows[0].hasPrefix("FAILED t cannot go: NATS: not a subject"), "\(rows)")
        #expect(rows[2] == "PUBLISHED f")
    }

    @Test func `a publisher that lost its lease marks no row`() async throws {
        let relay = Relay.scratch
        try await withLocalNATS { nats in
            let own = Relay(databaseURI: relay.databaseURI, natsURL: nats.url, stream: "E", prefix: "e")
            try await self.withAPI(own) { environment in
                let end = try await RelayProcess.run("outbox-publisher", environment: environment) { publisher in
                    try await own.commit(1)
                    try await eventually { try await own.rows("PUBLISHED") == 1 }
                    let broker = try #require(nats.pid)
                    kill(broker, SIGSTOP)
                    try await own.commit(100, firstEvent: 2)
                    try await eventually { try await own.rows("IN_FLIGHT") == 100 }
                    // The lease runs out and somebody else claims the rows, while the publisher waits for PubAcks.
                    try await own.connect().query(
                        "UPDATE noetl.outbox SET attempts = attempts + 1, locked_at = now() WHERE status = 'IN_FLIGHT'"
                    )
                    kill(broker, SIGCONT)
                    try await OutboxSeed.insert([OutboxSeed(execution: 5, event: 500)], on: own.connect())
                    try await eventually { try await own.rows("PUBLISHED") == 2 }
                }
                #expect(end.status == .exited(0), "\(end.log)")
            }
            #expect(try await own.rows("IN_FLIGHT") == 100)
        }
    }

    @Test func `a server that is away is said once, and work goes on when it is back`() async throws {
        let relay = Relay.scratch
        try await relay.commit(10)
        var port = ""
        try await self.withAPI(relay) { environment in
            port = environment["NOETL_INTERNAL_API_URL"]?.split(separator: ":").last.map(String.init) ?? ""
        }
        let environment = Self.environment(relay, port: port)
        let publisher = try await RelayProcess.run("outbox-publisher", environment: environment) { publisher in
            try await eventually { publisher.log.contains { $0.contains("dependency=internal-api") } }
            _ = try await self.withAPI(relay, port: port) { _ in
                try await eventually { try await relay.rows("PUBLISHED") == 10 }
            }
        }
        #expect(publisher.status == .exited(0), "\(publisher.log)")
        #expect(publisher.log.count { $0.contains("internal-api") && $0.contains("is up") } == 1, "\(publisher.log)")
    }

    @Test func `without a token it does not start`() async throws {
        var environment = Self.environment(Relay.scratch, port: "1")
        environment["NOETL_INTERNAL_API_TOKEN"] = nil
        let end = try await RelayProcess.run("outbox-publisher", environment: environment, stop: nil)
        #expect(end.status == .exited(2))
        #expect(end.log.last?.contains("NOETL_INTERNAL_API_TOKEN is not set") == true, "\(end.log)")
    }

    /// Runs internal-api for as long as `body` does, which gets the environment of a publisher that uses it.
    private func withAPI(
        _ relay: Relay,
        port: String = "0",
        _ body: ([String: String]) async throws -> Void
    ) async throws {
        let environment = [
            "DATABASE_URL": relay.databaseURI, "NOETL_INTERNAL_API_PORT": port, "NOETL_INTERNAL_API_TOKEN": "secret",
        ]
        let end = try await RelayProcess.run("internal-api", environment: environment) { api in
            try await eventually { api.log.contains { $0.contains("Listening") } }
            let line = try #require(api.log.first { $0.contains("Listening") })
            let address = try #require(line.firstMatch(of: /127\.0\.0\.1:(\d+)/))
            try await body(Self.environment(relay, port: String(address.output.1)))
        }
        #expect(end.status == .exited(0), "\(end.log)")
    }

    private static func environment(_ relay: Relay, port: String) -> [String: String] {
        var environment = relay.environment([
            "NOETL_OUTBOX_SOURCE": "api",
            "NOETL_INTERNAL_API_URL": "http://127.0.0.1:\(port)",
            "NOETL_INTERNAL_API_TOKEN": "secret",
            "NOETL_OUTBOX_PUBLISHER_IDLE_SLEEP_SECONDS": "0.2",
        ])
        environment["DATABASE_URL"] = nil
        return environment
    }
}
