import JetStream
import Subprocess
import TestSupport
import Testing

/// What is left when a process ends, in order or not.
@Suite(.scratchDatabase, .scratchStream, .timeLimit(.minutes(10)))
struct StopTests {
    @Test func `asked to stop under load, both exit with status 0 and nothing is lost`() async throws {
        let relay = Relay.scratch
        try await relay.commit(20_000)
        for _ in 0..<2 {
            let publisher = try await RelayProcess.run("outbox-publisher", environment: relay.environment()) { _ in
                let projector = try await RelayProcess.run("projector", environment: relay.environment()) { _ in
                    let before = try await relay.events()
                    try await eventually { try await relay.events() > before || before == 20_000 }
                }
                #expect(projector.status == .exited(0))
            }
            #expect(publisher.status == .exited(0))
            #expect(try await relay.rows("IN_FLIGHT") == 0)
        }
        try await self.finish(relay, events: 20_000)
    }

    @Test func `a publisher killed in the middle leaves rows that the next one publishes once`() async throws {
        let relay = Relay.scratch
        try await relay.commit(10_000)
        for _ in 0..<3 {
            let small = relay.environment(["NOETL_OUTBOX_PUBLISHER_BATCH_SIZE": "20"])
            let end = try await RelayProcess.run("outbox-publisher", environment: small, stop: .kill) { _ in
                let before = try await relay.rows("PUBLISHED")
                try await eventually { try await relay.rows("PUBLISHED") > before || before == 10_000 }
            }
            #expect(end.status == .signaled(9))
        }
        try await self.finish(relay, events: 10_000)
    }

    @Test func `a projector killed in the middle leaves messages that the next one projects once`() async throws {
        let relay = Relay.scratch
        try await relay.commit(5000)
        let once = relay.environment(["NOETL_OUTBOX_PUBLISHER_ONCE": "true"])
        #expect(try await RelayProcess.run("outbox-publisher", environment: once, stop: nil).status == .exited(0))
        // What a dead process got and did not acknowledge comes again after the consumer's wait, a minute by default.
        try await ScratchStream.connect().addConsumer(
            ConsumerConfiguration(name: "noetl-projector", acknowledgementWait: .seconds(2)),
            stream: relay.stream
        )
        let small = relay.environment(["NOETL_PROJECTOR_BATCH_SIZE": "50"])
        let end = try await RelayProcess.run("projector", environment: small, stop: .kill) { _ in
            try await eventually { try await relay.events() > 0 }
        }
        #expect(end.status == .signaled(9))
        try await self.finish(relay, events: 5000)
    }

    /// Runs both services until all events are there, and looks for doubles and disorder in the stream.
    private func finish(_ relay: Relay, events: Int) async throws {
        _ = try await RelayProcess.run("outbox-publisher", environment: relay.environment()) { _ in
            _ = try await RelayProcess.run("projector", environment: relay.environment()) { _ in
                try await eventually { try await relay.events() == Int64(events) }
            }
        }
        #expect(try await relay.rows("PUBLISHED") == Int64(events))
        let streamed = try await relay.streamedEvents()
        #expect(streamed.values.map(\.count).reduce(0, +) == events)
        #expect(streamed.values.allSatisfy { $0 == $0.sorted() })
    }
}
