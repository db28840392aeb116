import JetStream
import Subprocess
import TestSupport
import Testing

/// The three orderings, each against the fault it is meant for.
@Suite(.scratchDatabase, .scratchStream, .timeLimit(.minutes(10)))
struct OrderingTests {
    @Test func `a broker that refuses one message and takes the next lets it pass under execution`() async throws {
        let states = try await self.publishIntoFullStream(ordering: "execution")
        #expect(states == ["FAILED", "PUBLISHED", "PUBLISHED"])
    }

    @Test func `under strict the next one is not sent before the first is stored`() async throws {
        let states = try await self.publishIntoFullStream(ordering: "strict")
        #expect(states == ["FAILED", "PENDING", "PUBLISHED"])
        // The stream has room again: the rest follows, in order.
        let relay = Relay.scratch
        try await ScratchStream.connect().request(
            "STREAM.UPDATE.\(relay.stream)",
            body: Self.stream(maximumBytes: 1_000_000)
        )
        let environment = relay.environment(["NOETL_OUTBOX_ORDERING": "strict"])
        _ = try await RelayProcess.run("outbox-publisher", environment: environment) { _ in
            try await eventually { try await relay.rows("PUBLISHED") == 3 }
        }
        #expect(try await relay.streamedEvents()["1"] == [1, 2])
    }

    @Test func `under execution a row waits for one of its execution, under none it does not`() async throws {
        let relay = Relay.scratch
        try await OutboxSeed.insert(
            [
                OutboxSeed(execution: 1, event: 1, status: "FAILED", dueIn: 600), OutboxSeed(execution: 1, event: 2),
                OutboxSeed(execution: 2, event: 3),
            ],
            on: relay.connect()
        )
        for (ordering, published) in [("execution", 1), ("strict", 1), ("none", 2)] {
            let once = relay.environment(["NOETL_OUTBOX_PUBLISHER_ONCE": "true", "NOETL_OUTBOX_ORDERING": ordering])
            #expect(try await RelayProcess.run("outbox-publisher", environment: once, stop: nil).status == .exited(0))
            #expect(try await relay.rows("PUBLISHED") == Int64(published), "\(ordering)")
        }
    }

    @Test(arguments: ["strict", "none"])
    func `every row is published once, under strict in order`(ordering: String) async throws {
        let relay = Relay.scratch
        try await relay.commit(1500, executions: 30)
        let once = relay.environment(["NOETL_OUTBOX_PUBLISHER_ONCE": "true", "NOETL_OUTBOX_ORDERING": ordering])
        #expect(try await RelayProcess.run("outbox-publisher", environment: once, stop: nil).status == .exited(0))
        #expect(try await relay.rows("PUBLISHED") == 1500)
        let streamed = try await relay.streamedEvents()
        #expect(streamed.values.map(\.count).reduce(0, +) == 1500)
        #expect(streamed.values.allSatisfy { Set($0).count == $0.count })
        if ordering == "strict" { #expect(streamed.values.allSatisfy { $0 == $0.sorted() }) }
    }

    /// Publishes a large and a small row of one execution, and a row of another, to a stream without room for the large.
    ///
    /// - Returns: The rows' states.
    private func publishIntoFullStream(ordering: String) async throws -> [String] {
        let relay = Relay.scratch
        try await ScratchStream.connect().request(
            "STREAM.CREATE.\(relay.stream)",
            body: Self.stream(maximumBytes: 4096)
        )
        let large = #"{"text": "\#(String(repeating: "x", count: 8192))"}"#
        try await OutboxSeed.insert(
            [
                OutboxSeed(execution: 1, event: 1, payload: large), OutboxSeed(execution: 1, event: 2),
                OutboxSeed(execution: 2, event: 3),
            ],
            on: relay.connect()
        )
        let once = relay.environment(["NOETL_OUTBOX_PUBLISHER_ONCE": "true", "NOETL_OUTBOX_ORDERING": ordering])
        let end = try await RelayProcess.run("outbox-publisher", environment: once, stop: nil)
        #expect(end.status == .exited(0), "\(end.log)")
        let overtaken = ordering == "strict" ? "0" : "1"
        #expect(end.log.contains { $0.contains("outbox.overtaken=\(overtaken)") }, "\(end.log)")
        return try await relay.connect().texts("SELECT status FROM noetl.outbox ORDER BY outbox_id")
    }

    private static func stream(maximumBytes: Int) -> String {
        """
        {"name": "\(ScratchStream.name)", "subjects": ["\(ScratchStream.prefix).>"], "storage": "file", \
        "discard": "new", "max_bytes": \(maximumBytes), "duplicate_window": 120000000000}
        """
    }
}
