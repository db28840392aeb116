import RawJSON
import Testing

@testable import EventLog

struct MessageTests {
    @Test(
        arguments: [
            (#"{"event_id": 1}"#, [1]), (#"{"event": {"event_id": 2}}"#, [2]),
            (#"{"events": [{"event_id": 3}, {"event_id": 4}]}"#, [3, 4]),
            // An envelope may have fields of these names itself.
            (#"{"event_id": 5, "event": {"event_id": 6}}"#, [5]), (#"{"event_id": 7, "events": []}"#, [7]),
            // Null is as good as absent.
            (#"{"events": null, "event_id": null, "event": {"event_id": 8}}"#, [8]),
            (#"{"event": null, "events": [{"event_id": 9}]}"#, [9]),
        ] as [(String, [Int64])]
    )
    func `three shapes are understood`(body: String, ids: [Int64]) throws {
        #expect(try Self.read(body).envelopes.map(\.eventID) == ids)
    }

    @Test(
        arguments: [
            ("[]", EventFault(field: "", kind: .notAnObject)), ("{}", EventFault(field: "event_id", kind: .missing)),
            (#"{"events": []}"#, EventFault(field: "events", kind: .missing)),
            (#"{"events": {}}"#, EventFault(field: "events", kind: .missing)),
            (#"{"events": [{"event_id": 1}, 5]}"#, EventFault(field: "events[1]", kind: .notAnObject)),
            (#"{"events": [{"event_id": "x"}]}"#, EventFault(field: "events[0].event_id", kind: .unparsableInteger)),
            (#"{"event": null}"#, EventFault(field: "event_id", kind: .missing)),
            (#"{"event": 5}"#, EventFault(field: "event", kind: .notAnObject)),
            (#"{"event": {"event_id": 1, "status": 5}}"#, EventFault(field: "event.status", kind: .notAString)),
        ]
    )
    func `any other shape is a fault`(body: String, fault: EventFault) {
        #expect(throws: fault) { try Self.read(body) }
    }

    private static func read(_ body: String) throws -> EventMessage {
        let depth = EventMessage.indexingDepth
        return try EventMessage(JSONDocument(parsing: Array(body.utf8), indexingDepth: depth))
    }
}
