import EventLog
import RawJSON
import Testing

@testable import RelayCtl

@Suite
struct EnvelopeTests {
    private let events: [GeneratedEvent]

    init() {
        var weaver = ExecutionWeaver(events: 300, width: 2, catalogID: 7, ids: SnowflakeSequence(node: 1))
        var events: [GeneratedEvent] = []
        while let transaction = weaver.next() { events += transaction }
        self.events = events
    }

    @Test
    func `the projector can store every envelope`() throws {
        for event in self.events {
            let document = try JSONDocument(parsing: event.envelope, indexingDepth: EventEnvelope.indexingDepth)
            let envelope = try EventEnvelope(document.root)
            #expect(envelope.eventID == event.key.eventID)
            #expect(envelope.executionID == event.key.executionID)
            #expect(envelope.catalogID == 7)
            #expect(envelope.timestamp != nil)
        }
    }

    @Test
    func `each event names the one before it in its execution`() throws {
        var last: [Int64: Int64] = [:]
        for event in self.events {
            let document = try JSONDocument(parsing: event.envelope, indexingDepth: EventEnvelope.indexingDepth)
            #expect(try EventEnvelope(document.root).parentEventID == last[event.key.executionID])
            last[event.key.executionID] = event.key.eventID
        }
    }

    @Test
    func `a result has the shape that the table's constraint asks for`() throws {
        var results = 0
        for event in self.events {
            let document = try JSONDocument(parsing: event.envelope, indexingDepth: 2)
            guard let result = document.root["result"] else { continue }
            results += 1
            #expect(result["status"]?.string == "ok")
            let keys = result.members.compactMap { key, _ in key.string }
            #expect(Set(keys).isSubset(of: ["status", "reference", "context"]))
        }
        #expect(results > 50)
    }

    @Test
    func `envelopes are about as large as those of an engine`() {
        let sizes = self.events.map(\.envelope.count)
        let mean = sizes.reduce(0, +) / sizes.count
        #expect((500...800).contains(mean))
    }

    @Test
    func `the key of an envelope is read back`() {
        for event in self.events {
            #expect(event.envelope.withUnsafeBytes { EventKey(envelope: $0) } == event.key)
        }
    }

    @Test(arguments: ["", "{}", "[]", #"{"event_id": 1}"#, #"{"event_id": "x", "execution_id": 2}"#, "\u{FF}"])
    func `what is no envelope has no key`(text: String) {
        #expect(Array(text.utf8).withUnsafeBytes { EventKey(envelope: $0) } == nil)
    }
}
