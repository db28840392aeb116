import JetStream
import LocalServers
import Postgres
import Schema
import Subprocess
import TestSupport
import Testing

/// Publishers from none to many and back, by what internal-api says.
@Suite(.scratchDatabase, .scratchStream, .timeLimit(.minutes(10)))
struct AutoscalerTests {
    private static let token = "secret"
    /// A publisher that sends row by row, so that a backlog lasts for a while.
    private static let slow = [
        "NOETL_OUTBOX_PUBLISHER_BATCH_SIZE": "1", "NOETL_OUTBOX_PUBLISHER_CONCURRENCY": "1",
    ]

    @Test func `by the endpoint, a bursty load drives publishers from none to many and back`() async throws {
        let relay = Relay.scratch
        try await Self.withAPI(relay) { api in
            try await Self.scale(relay, by: Self.endpoint(try await api.port()))
        }
    }

    @Test func `by the external scaler, a bursty load drives publishers from none to many and back`() async throws {
        let relay = Relay.scratch
        try await Self.withAPI(relay) { api in
            let metadata = ["targetPending": "500"]
            try await ScalerClient.with(port: try await api.port(of: "scaler.address"), metadata: metadata) { client in
                try await Self.scale(relay, by: ExternalPushTrigger(client: client))
            }
        }
    }

    @Test func `with the external scaler, from none the first row is published within two seconds`() async throws {
        let relay = Relay.scratch
        try await Self.withAPI(relay) { api in
            let port = try await api.port(of: "scaler.address")
            // A machine that is busy with something else gets more than one chance.
            var times: [Duration] = []
            repeat {
                let time = try await ScalerClient.with(port: port) { client in
                    try await Self.timeOfFirstRow(relay, round: times.count + 1, client, api)
                }
                times.append(time)
            } while times.count < 10 && times.allSatisfy { $0 > .seconds(2) }
            #expect(times.contains { $0 <= .seconds(2) }, "\(times)")
        }
    }

    @Test func `while the database is away publishers stay as many as they are`() async throws {
        try await withLocalPostgres { postgres in
            let relay = Relay(
                databaseURI: postgres.uri(),
                natsURL: ScratchStream.url,
                stream: ScratchStream.name,
                prefix: ScratchStream.prefix
            )
            try await relay.connect().migrate()
            try await Self.withAPI(relay) { api in
                let rule = ScalingRule(cooldown: .milliseconds(500))
                let trigger = Self.endpoint(try await api.port())
                try await Autoscaler.with(trigger, rule: rule, environment: relay.environment(Self.slow)) { scaler in
                    try await relay.commit(5000)
                    try await eventually { await scaler.replicas > 0 }
                    try await postgres.stop(mode: .immediate)
                    try await eventually { await scaler.failures > 0 }
                    let replicas = await scaler.replicas
                    #expect(replicas > 0)
                    // Much longer than the cooldown, after which a zero would have ended them.
                    let failures = await scaler.failures
                    try await eventually { await scaler.failures >= failures + 20 }
                    #expect(await scaler.replicas == replicas)
                    try await postgres.start()
                    try await eventually { try await relay.rows("PUBLISHED") == 5000 }
                    try await eventually { await scaler.replicas == 0 }
                }
            }
        }
    }

    @Test func `a token that is refused starts nobody`() async throws {
        let relay = Relay.scratch
        try await relay.commit(10)
        try await Self.withAPI(relay) { api in
            var trigger = Self.endpoint(try await api.port())
            trigger.token = "wrong"
            try await Autoscaler.with(trigger, environment: relay.environment()) { scaler in
                try await eventually { await scaler.failures >= 5 }
                #expect(await scaler.history == [0])
                #expect(await scaler.answers == 0)
            }
        }
        #expect(try await relay.rows("PENDING") == 10)
    }
}

extension AutoscalerTests {
    /// Scales over bursts until all is published, and looks at what was done.
    private static func scale(_ relay: Relay, by trigger: any Trigger) async throws {
        let history = try await Autoscaler.with(trigger, environment: relay.environment(self.slow)) { scaler in
            // Nobody is needed yet.
            try await eventually { await scaler.answers >= 3 }
            #expect(await scaler.history == [0])

            try await relay.commit(6000)
            try await eventually { await scaler.history.contains(4) }
            try await relay.commit(2000, firstEvent: 6001)
            try await eventually { try await relay.rows("PUBLISHED") == 8000 }
            try await eventually { await scaler.replicas == 0 }

            // At most one target's worth, so one is enough.
            let calls = await scaler.history.count
            try await relay.commit(500, firstEvent: 8001)
            try await eventually { try await relay.rows("PUBLISHED") == 8500 }
            try await eventually { await scaler.replicas == 0 }
            let called = await scaler.history[calls...]
            #expect(called.first == 1 && called.allSatisfy { $0 <= 1 }, "\(called)")

            for burst in 0..<3 {
                try await relay.commit(1000, firstEvent: 8501 + burst * 1000)
                try await eventually { try await relay.rows("PUBLISHED") > 8500 + Int64(burst) * 1000 }
            }
            try await eventually { try await relay.rows("PUBLISHED") == 11_500 }
            try await eventually { await scaler.replicas == 0 }
            return await scaler.history
        }
        // From none there is one first, whatever is owed.
        for (before, after) in zip(history, history.dropFirst()) where before == 0 { #expect(after == 1) }
        // None at first and after each load; on a busy machine also where a burst is late.
        #expect(history.count { $0 == 0 } >= 4, "\(history)")
        let streamed = try await relay.streamedEvents()
        #expect(streamed.values.map(\.count).reduce(0, +) == 11_500)
        #expect(streamed.values.allSatisfy { $0 == $0.sorted() })
    }

    /// How long a row takes from its commit to a subscriber where there is no publisher, and nobody polls.
    private static func timeOfFirstRow(
        _ relay: Relay,
        round: Int,
        _ client: ScalerClient,
        _ api: RelayProcess
    ) async throws -> Duration {
        let trigger = ExternalPushTrigger(client: client)
        let interval = Duration.seconds(3600)
        return try await Autoscaler.with(trigger, interval: interval, environment: relay.environment()) { scaler in
            try await eventually { await scaler.answers == 1 }
            try await eventually { api.log.count { $0.hasSuffix("A ScaledObject listens") } == round }
            #expect(await scaler.history == [0])
            let start = ContinuousClock.now
            try await relay.commit(1, firstEvent: round)
            try await eventually { try await relay.rows("PUBLISHED") == Int64(round) }
            let time = ContinuousClock.now - start
            #expect(await scaler.history == [0, 1])
            return time
        }
    }

    private static func endpoint(_ port: Int) -> MetricsAPITrigger {
        MetricsAPITrigger(
            url: "http://127.0.0.1:\(port)/api/internal/outbox/pending-count",
            token: self.token,
            target: 500
        )
    }

    /// Runs internal-api with its external scaler.
    private static func withAPI(_ relay: Relay, _ body: (RelayProcess) async throws -> Void) async throws {
        let environment = [
            "DATABASE_URL": relay.databaseURI, "NOETL_INTERNAL_API_PORT": "0", "NOETL_INTERNAL_API_TOKEN": self.token,
            "NOETL_INTERNAL_API_SCALER_HOST": "127.0.0.1", "NOETL_INTERNAL_API_SCALER_PORT": "0",
        ]
        let end = try await RelayProcess.run("internal-api", environment: environment, body)
        #expect(end.status == .exited(0), "\(end.log)")
    }
}
