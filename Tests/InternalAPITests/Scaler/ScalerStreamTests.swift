import GRPCCore
import HTTPTypes
import LocalServers
import Subprocess
import TestSupport
import Testing

@testable import InternalAPI

@Suite(.scratchDatabase, .timeLimit(.minutes(10)))
struct ScalerStreamTests {
    /// The log's line for a stream that is open.
    private static let listening = "A ScaledObject listens"
    /// The log's line for a stream that is closed.
    private static let over = "A ScaledObject listens no more"

    @Test func `the first row that is committed is told within a second`() async throws {
        try await API.withScaler { api, keda in
            // A machine that is busy with something else gets more than one chance.
            var times: [Duration] = []
            repeat {
                try await api.database.run("UPDATE noetl.outbox SET status = 'PUBLISHED'")
                times.append(
                    try await keda.listen { stream in
                        let start = ContinuousClock.now
                        try await api.database.run("INSERT INTO noetl.outbox (event_id, payload) VALUES (1, '{}')")
                        #expect(try await stream.next(1) == [true])
                        return ContinuousClock.now - start
                    }
                )
            } while times.count < 10 && times.allSatisfy { $0 > .seconds(1) }
            #expect(times.contains { $0 <= .seconds(1) }, "\(times)")
        }
    }

    @Test func `nothing is told while nothing is pending, and rows are told again while they are`() async throws {
        try await API.withScaler(metadata: ["activationTargetPending": "1"]) { api, keda in
            try await keda.listen { stream in
                try await api.database.addRows(1...1)
                try await api.database.addRows(2...2)
                #expect(try await stream.next(3) == [true, true, true])
                #expect(try await keda.values("noetl-outbox-pending") == [2])
            }
        }
    }

    @Test func `what nobody announces is told too`() async throws {
        try await API.withScaler { api, keda in
            try await api.database.run("DROP TRIGGER outbox_wake_up ON noetl.outbox")
            try await keda.listen { stream in
                try await api.database.addRows(1...1)
                #expect(try await stream.next(1) == [true])
            }
            try await api.database.run("UPDATE noetl.outbox SET status = 'IN_FLIGHT', locked_at = now()")
            try await eventually { try await !keda.isActive() }
            try await keda.listen { stream in
                try await api.database.run("UPDATE noetl.outbox SET locked_at = now() - interval '59 s'")
                #expect(try await stream.next(1) == [true])
            }
            try await api.database.run(
                "UPDATE noetl.outbox SET status = 'FAILED', available_at = now() + interval '1 s'"
            )
            #expect(try await keda.listen { try await $0.next(1) } == [true])
        }
    }

    @Test func `asked to stop, the program ends open streams in order`() async throws {
        let log = try await API.withScaler { api, keda in
            try await withThrowingDiscardingTaskGroup { group in
                for _ in 0..<5 {
                    group.addTask {
                        // A stream that ends with another status than OK throws.
                        let messages = try await keda.listen { try await $0.next(1) }
                        #expect(messages == [])
                    }
                }
                try await eventually { api.process.log.count { $0.contains(Self.listening) } == 5 }
                api.process.send(.terminate)
            }
        }
        #expect(log.count { $0.contains(Self.over) } == 5)
    }

    @Test func `a caller that goes away leaves no stream behind`() async throws {
        try await API.withScaler { api, keda in
            let listener = Task { try await keda.listen { try await $0.next(1) } }
            try await eventually { api.process.log.contains { $0.contains(Self.listening) } }
            listener.cancel()
            _ = await listener.result
            try await eventually { api.process.log.contains { $0.contains(Self.over) } }
        }
    }

    @Test func `a database that is away is UNAVAILABLE, and a stream waits for it`() async throws {
        try await withLocalPostgres { server in
            let database = try await TestDatabase(on: server)
            try await API.withScaler(database) { api, keda in
                #expect(try await !keda.isActive())
                try await keda.listen { stream in
                    try await server.stop(mode: .immediate)
                    // The last count is told for a second at most.
                    try await eventually { (try? await keda.isActive()) == nil }
                    for _ in 0..<3 {
                        let errors = [
                            await #expect(throws: RPCError.self) { _ = try await keda.isActive() },
                            await #expect(throws: RPCError.self) { _ = try await keda.values("noetl-outbox-pending") },
                        ]
                        #expect(errors.map(\.?.code) == [.unavailable, .unavailable])
                        #expect(errors[0]?.message == "The database is not available.")
                    }
                    #expect(try await keda.targets().count == 2)
                    #expect(try await api.send(.get, "/readyz").status == 503)
                    try await server.start()
                    let other = try await TestDatabase(on: server)
                    try await other.addRows(1...1)
                    #expect(try await stream.next(1) == [true])
                }
                #expect(try await keda.isActive())
            }
        }
    }
}
