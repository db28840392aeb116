import AsyncHTTPClient
import Glibc
import JetStream
import LocalServers
import NIOCore
import NIOHTTP1
import Postgres
import Subprocess
import Synchronization
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

    /// Rows of which some can never go, or have used up their attempts.
    private static let parkable = [
        OutboxSeed(execution: 1, event: 1, subject: "not a subject"),
        OutboxSeed(execution: 5, event: 2, payload: #"{"tenant_id": 5, "event_type": "x", "meta": {"a": 1}}"#),
        OutboxSeed(execution: 2, event: 3, payload: "[1e400]"),
        OutboxSeed(execution: 3, event: 4, subject: "nobody.listens", attempts: 4),
        OutboxSeed(
            execution: 4,
            event: 5,
            payload: #"{"text": "\#(String(repeating: "x", count: 2_000_000))"}"#
        ),
    ]

    /// All that tells one parked row from another, but for when.
    private static let parked = """
        SELECT concat_ws(' ', event_id, status, attempts, available_at, locked_at, last_error)
        FROM noetl.outbox WHERE status <> 'PUBLISHED' ORDER BY outbox_id
        """

    @Test func `a row that can never go is parked as it is without leases, and goes when it is let`() async throws {
        let relay = Relay.scratch
        let database = try await relay.connect()
        let once = ["NOETL_OUTBOX_PUBLISHER_ONCE": "true", "NOETL_OUTBOX_PUBLISHER_MAX_ATTEMPTS": "5"]
        var ways: [[String]] = []
        try await self.withAPI(relay) { environment in
            for environment in [relay.environment(once), environment.merging(once) { $1 }] {
                try await database.query("TRUNCATE noetl.outbox RESTART IDENTITY")
                try await OutboxSeed.insert(Self.parkable, on: database)
                let end = try await RelayProcess.run("outbox-publisher", environment: environment, stop: nil)
                #expect(end.status == .exited(0), "\(end.log)")
                ways.append(try await database.texts(Self.parked))
            }
            #expect(ways[0] == ways[1])
            #expect(ways[1].count == 3, "\(ways)")
            #expect(ways[1][0].hasPrefix("1 FAILED 1 infinity NATS: not a subject"), "\(ways)")
            #expect(ways[1][1].hasPrefix("4 FAILED 5 infinity gave up after 5 attempts: NATS: "), "\(ways)")
            #expect(ways[1][2].hasPrefix("5 FAILED 1 infinity NATS: larger than the server's max_payload"), "\(ways)")
            // The answer may be a second old.
            try await eventually { try await self.pendingCount(environment) == #"{"pending":0}"# }

            try await database.query("UPDATE noetl.outbox SET subject = '\(relay.prefix).x' WHERE event_id IN (1, 4)")
            let retry = try await RelayProcess.run(
                "relayctl",
                arguments: ["retry", "--all"],
                environment: relay.environment(),
                stop: nil
            )
            #expect(retry.status == .exited(0), "\(retry.log)")
            let end = try await RelayProcess.run(
                "outbox-publisher",
                environment: environment.merging(once) { $1 },
                stop: nil
            )
            #expect(end.status == .exited(0), "\(end.log)")
        }
        #expect(try await relay.rows("PUBLISHED") == 4)
        let again = try await database.texts(Self.parked)
        #expect(again == [ways[0][2]])
    }

    /// What the server answers.
    private func pendingCount(_ environment: [String: String]) async throws -> String {
        var request = HTTPClientRequest(
            url: (environment["NOETL_INTERNAL_API_URL"] ?? "") + "/api/internal/outbox/pending-count"
        )
        request.headers.add(name: "Authorization", value: "Bearer secret")
        let answer = try await HTTPClient.shared.execute(request, timeout: .seconds(60))
        return String(buffer: try await answer.body.collect(upTo: 1 << 16))
    }

    @Test func `a server that cannot park has the row come back, and nothing else happens`() async throws {
        let relay = Relay.scratch
        _ = try await ScratchStream.make()
        let row = #"""
            {"outbox_id":1,"event_id":1,"execution_id":1,"subject":"not a subject","payload":{},"payload_codec":"x",\#
            "attempts":
            """#
        let claims = Mutex(0)
        try await ScriptedServer.with({ request in
            if request.hasPrefix("GET") {
                let isOver = claims.withLock { $0 >= 3 }
                return .answer("200 OK", body: #"{"pending":\#(isOver ? 0 : 1)}"#)
            }
            guard request.contains("/claim ") else {
                return .answer("200 OK", body: #"{"marked":true,"available_at_in":1}"#)
            }
            let claim = claims.withLock { claims in
                claims += 1
                return claims
            }
            let rows = claim <= 3 ? "\(row)\(claim)}" : ""
            return .answer("200 OK", body: #"{"rows":[\#(rows)],"claimed":\#(rows.isEmpty ? 0 : 1)}"#)
        }) { server in
            var environment = Self.environment(relay, port: 1)
            environment["NOETL_INTERNAL_API_URL"] = server.url
            environment["NOETL_OUTBOX_PUBLISHER_CONCURRENCY"] = "1"
            let end = try await RelayProcess.run("outbox-publisher", environment: environment) { _ in
                try await eventually { server.requests.count { $0.contains("/mark-failed ") } == 3 }
            }
            #expect(end.status == .exited(0), "\(end.log)")
            #expect(end.log.count { $0.contains("Rows were refused") } == 1, "\(end.log)")
            let marks = server.requests.filter { $0.contains("/mark-failed ") }
            for (index, mark) in marks.enumerated() {
                #expect(mark.hasSuffix(#""attempts":\#(index + 1),"max_delay_seconds":300,"park":true}"#), "\(mark)")
            }
        }
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
                        """
                        UPDATE noetl.outbox SET attempts = attempts + 1, locked_at = now() + interval '1 hour'
                        WHERE status = 'IN_FLIGHT'
                        """
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
        var port = 0
        try await withInternalAPI(over: relay.databaseURI) { free, _ in port = free }
        let environment = Self.environment(relay, port: port)
        let publisher = try await RelayProcess.run("outbox-publisher", environment: environment) { publisher in
            try await eventually { publisher.log.contains { $0.contains("dependency=internal-api") } }
            _ = try await self.withAPI(relay, port: port) { _ in
                try await eventually { try await relay.rows("PUBLISHED") == 10 }
                // Once all who use it have reached it, which may be after the rows have gone out.
                try await eventually { publisher.log.contains(where: Self.saysItIsUp) }
            }
        }
        #expect(publisher.status == .exited(0), "\(publisher.log)")
        // By turns, and not for each attempt: one whose first attempt ends late may say again that the server is away.
        let changes = publisher.log.filter { $0.contains("dependency=internal-api") }.map(Self.saysItIsUp)
        #expect(changes == changes.indices.map { !$0.isMultiple(of: 2) }, "\(publisher.log)")
    }

    @Test func `without a token it does not start`() async throws {
        var environment = Self.environment(Relay.scratch, port: 1)
        environment["NOETL_INTERNAL_API_TOKEN"] = nil
        let end = try await RelayProcess.run("outbox-publisher", environment: environment, stop: nil)
        #expect(end.status == .exited(2))
        #expect(end.log.last?.contains("NOETL_INTERNAL_API_TOKEN is not set") == true, "\(end.log)")
    }

    private static func saysItIsUp(_ line: String) -> Bool {
        line.contains("internal-api") && line.contains("is up")
    }

    /// Runs internal-api for as long as `body` does, which gets the environment of a publisher that uses it.
    private func withAPI(
        _ relay: Relay,
        port: Int = 0,
        _ body: ([String: String]) async throws -> Void
    ) async throws {
        let end = try await withInternalAPI(over: relay.databaseURI, port: port) { port, _ in
            try await body(Self.environment(relay, port: port))
        }
        #expect(end.status == .exited(0), "\(end.log)")
    }

    private static func environment(_ relay: Relay, port: Int) -> [String: String] {
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
