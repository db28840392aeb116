import AsyncHTTPClient
import JetStream
import LocalServers
import NIOCore
import Postgres
import Schema
import Subprocess
import TestSupport
import Testing

/// The projector over internal-api, without a connection to the database.
@Suite(.timeLimit(.minutes(10)))
struct APISinkTests {
    private static let messages = MixedMessages(count: 15_000, spacing: 60, faults: MixedMessages.common)

    /// The projector is killed three times and internal-api as often beneath a living projector; internal-api is stopped as
    /// often, and PostgreSQL crashes once.
    @Test func `every message is once in noetl.event or in the dead letters, through any crash`() async throws {
        try await Self.messages.withServers { relay, postgres, broker in
            var port = 0
            try await withInternalAPI(over: relay.databaseURI) { free, _ in port = free }
            for round in 0..<3 {
                try await Self.crash(round, relay, port: port, postgres, broker)
            }
            let end = try await withInternalAPI(over: relay.databaseURI, port: port) { port, _ in
                let environment = Self.environment(relay, port: port)
                let end = try await RelayProcess.run("projector", environment: environment) { _ in
                    try await eventually(within: .seconds(300)) { try await MixedMessages.isDone(broker) }
                }
                #expect(end.status == .exited(0), "\(end.log)")
            }
            #expect(end.status == .exited(0), "\(end.log)")
            try await Self.messages.expectEverythingOnce(relay)
        }
    }

    /// Runs a projector over two servers, one after the other, and kills it.
    private static func crash(
        _ round: Int,
        _ relay: Relay,
        port: Int,
        _ postgres: LocalPostgres,
        _ broker: NATSConnection
    ) async throws {
        let environment = Self.environment(relay, port: port, ["NOETL_PROJECTOR_BATCH_SIZE": "50"])
        _ = try await RelayProcess.run("projector", environment: environment, stop: .kill) { projector in
            try await withInternalAPI(over: relay.databaseURI, port: port, stop: .kill) { _, _ in
                try await Self.progress(broker)
            }
            try await withInternalAPI(over: relay.databaseURI, port: port) { _, api in
                try await Self.progress(broker)
                if round == 1 {
                    try await postgres.stop(mode: .immediate)
                    try await eventually {
                        if try await MixedMessages.isDone(broker) { return true }
                        return api.log.contains { $0.contains("events/project") && $0.contains("503") }
                    }
                    try await postgres.start()
                    try await Self.progress(broker)
                }
                let names = try await relay.connect().texts("SELECT application_name FROM pg_stat_activity")
                #expect(!names.contains { $0.contains("projector") }, "\(names)")
            }
            let said = projector.log.filter { $0.contains("internal-api") && $0.contains("is down") }
            // Four ends of a server, each of which may be said again by one whose attempt is late.
            #expect(said.count <= 12, "\(said)")
        }
    }

    /// Waits until the projector is further on than it is.
    private static func progress(_ broker: NATSConnection) async throws {
        let owed = try await MixedMessages.owed(broker)
        try await eventually { try await MixedMessages.owed(broker) <= max(0, owed - 1000) }
    }

    @Test(.scratchDatabase, .scratchStream)
    func `what an operator sees of it is the server, and no partitions and no count of dead letters`() async throws {
        let relay = Relay.scratch
        _ = try await ScratchStream.make()
        try await withInternalAPI(over: relay.databaseURI) { port, _ in
            let environment = Self.environment(relay, port: port, ["NOETL_EVENT_RETENTION_SECONDS": "3600"])
            let end = try await RelayProcess.run("projector", environment: environment) { projector in
                let probes = try await projector.port()
                try await eventually { try await Self.get("readyz", probes).contains(#""status":"ok""#) }
                let metrics = try await Self.get("metrics", probes)
                #expect(metrics.contains(#"noetl_relay_dependency_up{dependency="internal-api"} 1"#))
                #expect(!metrics.contains("postgres"))
                #expect(!metrics.contains("noetl_event_dead_letters"))
            }
            #expect(end.status == .exited(0), "\(end.log)")
            #expect(end.log.contains { $0.contains("NOETL_EVENT_RETENTION_SECONDS") }, "\(end.log)")
        }
    }

    @Test(.scratchDatabase, .scratchStream)
    func `a stop does not wait for a server that does not answer, and hands back what it had`() async throws {
        let relay = Relay.scratch
        let broker = try await ScratchStream.make()
        let consumer = ConsumerConfiguration(name: "noetl-projector", acknowledgementWait: .seconds(3600))
        try await broker.addConsumer(consumer, stream: relay.stream)
        try await broker.publish(#"{"event_id": 1}"#, to: "\(relay.prefix).a")
        try await ScriptedServer.with([.ignore]) { server in
            var environment = Self.environment(relay, port: 1)
            environment["NOETL_INTERNAL_API_URL"] = server.url
            let end = try await RelayProcess.run("projector", environment: environment) { _ in
                try await eventually { server.requests.contains { $0.contains("events/project") } }
            }
            #expect(end.status == .exited(0), "\(end.log)")
        }
        // At once, and not after the consumer's wait of an hour.
        let puller = try await broker.makePuller(stream: relay.stream, consumer: consumer.name)
        let messages = try await puller.pull(limit: 1, wait: .seconds(60))
        #expect(messages.count == 1)
    }

    @Test(.scratchDatabase, .scratchStream) func `without a token it does not start`() async throws {
        var environment = Self.environment(Relay.scratch, port: 1)
        environment["NOETL_INTERNAL_API_TOKEN"] = nil
        let end = try await RelayProcess.run("projector", environment: environment, stop: nil)
        #expect(end.status == .exited(2))
        #expect(end.log.last?.contains("NOETL_INTERNAL_API_TOKEN is not set") == true, "\(end.log)")
    }

    // MARK: parts

    private static func get(_ path: String, _ port: Int) async throws -> String {
        let request = HTTPClientRequest(url: "http://127.0.0.1:\(port)/\(path)")
        let answer = try await HTTPClient.shared.execute(request, timeout: .seconds(60))
        return String(buffer: try await answer.body.collect(upTo: 1 << 20))
    }

    private static func environment(
        _ relay: Relay,
        port: Int,
        _ more: [String: String] = [:]
    ) -> [String: String] {
        var environment = relay.environment([
            "NOETL_PROJECTOR_SINK": "api",
            "NOETL_INTERNAL_API_URL": "http://127.0.0.1:\(port)",
            "NOETL_INTERNAL_API_TOKEN": "secret",
        ])
        environment["DATABASE_URL"] = nil
        return environment.merging(more) { $1 }
    }
}
