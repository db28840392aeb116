import ExternalScaler
import GRPCCore
import TestSupport
import Testing

@testable import InternalAPI

@Suite(.scratchDatabase, .timeLimit(.minutes(10)))
struct ScalerTests {
    private static let pending = "noetl-outbox-pending"
    private static let oldestAge = "noetl-outbox-oldest-age-seconds"

    @Test func `what is pending is what the endpoint counts`() async throws {
        let database = try await TestDatabase()
        try await database.run(
            """
            INSERT INTO noetl.outbox (event_id, payload, status, available_at, locked_at)
            VALUES (1, '{}', 'PENDING', now() - interval '100 s', NULL), (2, '{}', 'FAILED', now(), NULL),
                (3, '{}', 'IN_FLIGHT', now() - interval '1 d', now() - interval '61 s'),
                (4, '{}', 'IN_FLIGHT', now() - interval '1 d', now()), (5, '{}', 'PUBLISHED', now(), NULL),
                (6, '{}', 'PENDING', now() + interval '1 h', NULL), (7, '{}', 'FAILED', 'infinity', NULL)
            """
        )
        try await API.withScaler(database) { api, keda in
            #expect(try await api.pendingCount().text == #"{"pending":3}"#)
            #expect(try await keda.values(Self.pending) == [3])
            #expect(try await keda.isActive())
            let ages = try await keda.values(Self.oldestAge)
            #expect(ages.count == 1 && (100...700).contains(ages[0]), "\(ages)")
            try await database.run("UPDATE noetl.outbox SET status = 'PUBLISHED' WHERE event_id < 3")
            // The lease of 60 s ran out a moment ago.
            try await eventually {
                let ages = try await keda.values(Self.oldestAge)
                return ages.count == 1 && (1..<100).contains(ages[0])
            }
            try await database.run("UPDATE noetl.outbox SET status = 'PUBLISHED' WHERE event_id = 3")
            try await eventually { try await !keda.isActive() }
            #expect(try await keda.values(Self.pending) == [0])
            #expect(try await keda.values(Self.oldestAge) == [0])
        }
    }

    @Test func `targets come from the metadata, and else are defaults`() async throws {
        try await API.withScaler { api, keda in
            let defaults = try await keda.targets()
            #expect(defaults.map(\.metric) == [Self.pending, Self.oldestAge])
            #expect(defaults.map(\.target) == [20_000, 60])
            let metadata = ["targetPending": "500", "targetOldestAgeSeconds": "0"]
            try await ScalerClient.with(port: try await api.scalerPort(), metadata: metadata) { other in
                let specs = try await other.stub.getMetricSpec(other.scaledObject).metricSpecs
                #expect(specs.map(\.metricName) == [Self.pending])
                #expect(specs.map(\.targetSize) == [500])
                #expect(specs.map(\.targetSizeFloat) == [500])
            }
        }
    }

    @Test(arguments: [(2, true), (3, false), (4, false)])
    func `there is something to do above the activation, not at it`(activation: Int, isActive: Bool) async throws {
        let database = try await TestDatabase()
        try await database.addRows(1...3)
        try await API.withScaler(database, metadata: ["activationTargetPending": "\(activation)"]) { _, keda in
            let answer = try await keda.isActive()
            #expect(answer == isActive)
        }
    }

    @Test func `metadata that cannot be used is refused by every method`() async throws {
        let metadata = ["targetPending": "many"]
        let sentence = #"scalerMetadata.targetPending is "many"; it must be a whole number from 1 to 1000000000."#
        try await API.withScaler(metadata: metadata) { _, keda in
            let refusals = [
                await #expect(throws: RPCError.self) { _ = try await keda.isActive() },
                await #expect(throws: RPCError.self) { _ = try await keda.targets() },
                await #expect(throws: RPCError.self) { _ = try await keda.values(Self.pending) },
                await #expect(throws: RPCError.self) { _ = try await keda.listen { try await $0.next(1) } },
            ]
            for refusal in refusals {
                #expect(refusal?.code == .invalidArgument)
                #expect(refusal?.message == sentence)
            }
        }
    }

    @Test(arguments: ["", "pending", "s0-noetl-outbox-pending"])
    func `a metric that is not measured is refused`(name: String) async throws {
        try await API.withScaler { _, keda in
            let refusal = await #expect(throws: RPCError.self) { _ = try await keda.values(name) }
            #expect(refusal?.code == .invalidArgument)
            #expect(
                refusal?.message == """
                    metricName is "\(name)"; it must be one of noetl-outbox-pending, noetl-outbox-oldest-age-seconds.
                    """
            )
        }
    }

    @Test func `rows on a lease are not pending until it runs out`() async throws {
        let database = try await TestDatabase()
        try await database.addRows(1...3)
        try await API.withScaler(database) { api, keda in
            #expect(try await api.claim(#"{"limit":2}"#).claimedIDs == ["1", "2"])
            try await eventually { try await keda.values(Self.pending) == [1] }
            #expect(try await api.pendingCount().text == #"{"pending":1}"#)
            try await database.run("UPDATE noetl.outbox SET locked_at = now() - interval '61 s' WHERE outbox_id = 1")
            try await eventually { try await keda.values(Self.pending) == [2] }
            try await eventually { try await api.pendingCount().text == #"{"pending":2}"# }
        }
    }

    @Test func `a database that is not set up is UNAVAILABLE and says what to do`() async throws {
        let database = try await TestDatabase()
        try await database.run("DROP SCHEMA noetl CASCADE")
        try await API.withScaler(database) { _, keda in
            let error = await #expect(throws: RPCError.self) { _ = try await keda.isActive() }
            #expect(error?.code == .unavailable)
            #expect(error?.message.contains("relayctl migrate") == true)
        }
    }
}
