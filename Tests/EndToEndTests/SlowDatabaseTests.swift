import JetStream
import Postgres
import Subprocess
import TestSupport
import Testing

/// A database that takes longer than the broker waits.
///
/// The projector is a process of its own: the tests share their threads, and one that computes would keep its signals back.
@Suite(.scratchDatabase, .scratchStream, .timeLimit(.minutes(10)))
struct SlowDatabaseTests {
    @Test func `while the database is slow nothing is delivered twice`() async throws {
        let relay = Relay.scratch
        let broker = try await ScratchStream.make()
        try await broker.addConsumer(
            ConsumerConfiguration(name: "noetl-projector", acknowledgementWait: .seconds(30)),
            stream: relay.stream
        )
        let database = try await relay.connect()
        try await database.query("BEGIN")
        try await database.query("LOCK TABLE noetl.event IN ACCESS EXCLUSIVE MODE")
        for number in 0..<300 {
            try await broker.publish(#"{"event_id": \#(number)}"#, to: "\(relay.prefix).a")
        }
        let environment = relay.environment(["NOETL_PROJECTOR_BATCH_SIZE": "100"])
        let projector = try await RelayProcess.run("projector", environment: environment) { _ in
            try await eventually {
                let info = try await broker.consumerInfo(stream: relay.stream, consumer: "noetl-projector")
                return (info?.acknowledgementsPending ?? 0) > 0
            }
            // Longer than the consumer's wait, which is long enough for a process that gets little of the machine.
            try await Task.sleep(for: .seconds(35))
            try await database.query("COMMIT")
            try await eventually { try await relay.events() == 300 }
        }
        #expect(projector.status == .exited(0), "\(projector.log)")
        let info = try await broker.consumerInfo(stream: relay.stream, consumer: "noetl-projector")
        #expect(info?.deliveries == 300)
        #expect(info?.acknowledgementsPending == 0)
    }
}
