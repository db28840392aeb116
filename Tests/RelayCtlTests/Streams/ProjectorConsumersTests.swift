import JetStream
import Postgres
import RawJSON
import Testing

@testable import RelayCtl

@Suite(.timeLimit(.minutes(10)))
struct ProjectorConsumersTests {
    @Test func `those of the name and of its shards are found, and no others`() async throws {
        let stream = try await ScratchStream()
        try await stream.publish(outboxIDs: Array(1...10))
        for consumer in ["p-2-of-2", "p-x-of-2", "p-0-of-1", "other-0-of-2", "p-0-of-2-of-2", "p2"] {
            try await stream.makeConsumer(consumer, acknowledging: 0)
        }
        let none = try await ProjectorConsumers("p", stream: stream.name, on: stream.connection)
        #expect(none.found.isEmpty && none.missing.isEmpty)
        #expect(none.gap?.contains("has no consumer p, nor any") == true)
        #expect(none.acknowledged(upTo: 10) == 0)

        try await stream.makeConsumer("p-0-of-2", acknowledging: 10)
        let half = try await ProjectorConsumers("p", stream: stream.name, on: stream.connection)
        #expect(half.found.map(\.name) == ["p-0-of-2"])
        #expect(half.missing == ["p-1-of-2"])
        #expect(half.gap?.contains("no consumer p-1-of-2,") == true)
        #expect(half.acknowledged(upTo: 10) == 0)

        try await stream.makeConsumer("p-1-of-2", acknowledging: 4)
        let whole = try await ProjectorConsumers("p", stream: stream.name, on: stream.connection)
        #expect(whole.found.map(\.name) == ["p-0-of-2", "p-1-of-2"])
        #expect(whole.gap == nil)
        #expect(whole.acknowledged(upTo: 10) == 4)
        #expect(whole.found.map(\.lag) == [0, 6])
    }

    @Test func `one that has all that it delivers holds nothing back, however long ago that was`() async throws {
        let stream = try await ScratchStream()
        try await stream.publish(outboxIDs: Array(1...10))
        let rare = ConsumerConfiguration(name: "p", filterSubject: "\(stream.prefix).rare")
        try await stream.connection.addConsumer(rare, stream: stream.name)
        let consumers = try await ProjectorConsumers("p", stream: stream.name, on: stream.connection)
        #expect(consumers.acknowledged(upTo: 10) == 10)
        #expect(consumers.filters == ["\(stream.prefix).rare"])
    }

    @Test func `a stream that does not exist has none`() async throws {
        let stream = try await ScratchStream()
        let consumers = try await ProjectorConsumers("p", stream: "\(stream.name)_2", on: stream.connection)
        #expect(consumers.found.isEmpty)
    }

    @Test func `verify and status look at all shards, and verify says where it could not`() async throws {
        let stream = try await ScratchStream()
        try await stream.publish(outboxIDs: Array(1...10))
        try await withEmptyDatabase { connection, url in
            let environment = [
                "DATABASE_URL": url, "NATS_URL": stream.configuration.url, "NOETL_EVENT_NATS_STREAM": stream.name,
                "NOETL_PROJECTOR_NATS_CONSUMER": "p",
            ]
            #expect(try await RelayCtlProcess.run(["migrate"], environment: environment).status == 0)

            let unknown = try await RelayCtlProcess.run(["verify"], environment: environment)
            #expect(unknown.status == 1, "\(unknown.errors)")
            #expect(unknown.output.contains("not checked: the stream \(stream.name) has no consumer p, nor any"))
            #expect(!unknown.output.contains("yes  every acknowledged"))
            let report = try Self.json(try await RelayCtlProcess.run(["verify", "--json"], environment: environment))
            #expect(report["holds"]?.rawText == "false")
            let reasons = report["checks"]?.elements.compactMap { $0["unchecked"]?.kind }
            #expect(reasons == [.null, .null, .string])

            try await stream.makeConsumer("p-0-of-2", acknowledging: 3)
            try await stream.makeConsumer("p-1-of-2", acknowledging: 2)
            let status = try await RelayCtlProcess.run(["status"], environment: environment)
            #expect(status.output.contains("consumer p-0-of-2\n") && status.output.contains("consumer p-1-of-2\n"))
            let json = try Self.json(try await RelayCtlProcess.run(["status", "--json"], environment: environment))
            #expect(json["consumer"]?["lag"]?.rawText == "8")
            #expect(json["consumers"]?.count == 2)

            // Messages 1 and 2 are acknowledged by both, and no events.
            let lost = try Self.json(try await RelayCtlProcess.run(["verify", "--json"], environment: environment))
            let faults = lost["checks"]?.elements.compactMap { $0["faults"]?.rawText }
            #expect(faults == ["0", "0", "2"])
            #expect(lost["unprojected"]?.rawText == "8")
            try await connection.query(
                "INSERT INTO noetl.event (execution_id, event_id, catalog_id) VALUES (1, 1, 0), (1, 2, 0)"
            )
            #expect(try await RelayCtlProcess.run(["verify"], environment: environment).status == 0)
        }
    }

    private static func json(_ process: RelayCtlProcess) throws -> JSONValue {
        try JSONDocument(parsing: Array(process.output.utf8), indexingDepth: 3).root
    }
}
