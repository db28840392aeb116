import Subprocess
import TestSupport
import Testing

/// A set-up that cannot keep what is promised ends the publisher with status 2 and a sentence.
@Suite(.scratchDatabase, .scratchStream, .timeLimit(.minutes(10)))
struct StreamFaultTests {
    @Test func `a stream that drops messages nobody subscribes to`() async throws {
        let relay = Relay.scratch
        try await ScratchStream.connect().request(
            "STREAM.CREATE.\(relay.stream)",
            body: """
                {"name": "\(relay.stream)", "subjects": ["\(relay.prefix).>"], "storage": "file", "retention": "interest"}
                """
        )
        let end = try await RelayProcess.run("outbox-publisher", environment: relay.environment(), stop: nil)
        #expect(end.status == .exited(2))
        let sentence = "outbox-publisher: The stream \(relay.stream) cannot be used: with interest retention"
        #expect(end.log.contains { $0.hasPrefix(sentence) }, "\(end.log)")
    }

    @Test func `a lease beyond the duplicate window`() async throws {
        let relay = Relay.scratch
        let environment = relay.environment(["NOETL_OUTBOX_LEASE_SECONDS": "600"])
        let end = try await RelayProcess.run("outbox-publisher", environment: environment, stop: nil)
        #expect(end.status == .exited(2))
        #expect(end.log.contains { $0.contains("NOETL_OUTBOX_LEASE_SECONDS 600") }, "\(end.log)")
    }
}
