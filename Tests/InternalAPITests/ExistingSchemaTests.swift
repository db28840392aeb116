import RawJSON
import TestSupport
import Testing

@testable import InternalAPI

/// The contract over the databases that were there before, as they are: not migrated by us.
@Suite(.scratchDatabase, .timeLimit(.minutes(10)))
struct ExistingSchemaTests {
    private static func database(_ schema: ExistingSchema) async throws -> TestDatabase {
        let database = try await TestDatabase()
        try await database.run("DROP SCHEMA noetl CASCADE")
        try await database.run(schema.sql)
        try await database.run("DELETE FROM noetl.outbox")
        return database
    }

    @Test(arguments: ExistingSchema.allCases)
    func `rows are claimed, counted and marked`(schema: ExistingSchema) async throws {
        let database = try await Self.database(schema)
        try await API.with(database) { api in
            try await database.addRows(1...5)
            #expect(try await api.pendingCount().text == #"{"pending":5}"#)
            let claim = try await api.claim(#"{"limit":3}"#)
            #expect(try claim.claimedIDs == ["1", "2", "3"])
            #expect(claim.text.contains(#""payload":{"event_id": 1001},"payload_codec":"arrow-feather","attempts":1}"#))
            #expect(try await api.claim(#"{"limit":1,"ordered":true}"#).claimedIDs == ["4"])
            #expect(try await api.markPublished(#"{"outbox_ids":[1,2,2,99]}"#).text == #"{"marked":2}"#)
            #expect(
                try await api.markFailed(#"{"outbox_id":3,"error":"no"}"#).text
                    == #"{"marked":true,"available_at_in":1}"#
            )
            try await database.run(
                "UPDATE noetl.outbox SET locked_at = now() - interval '1 day' WHERE status = 'IN_FLIGHT'"
            )
            try await eventually { try await api.pendingCount().text == #"{"pending":3}"# }
            #expect(try await api.claim().claimedIDs == ["3", "4", "5"])
        }
    }

    @Test(arguments: ExistingSchema.allCases)
    func `events are projected, once each by the table's key`(schema: ExistingSchema) async throws {
        let database = try await Self.database(schema)
        try await API.with(database) { api in
            let first = #"""
                {"events":[
                    {"event_id":10,"execution_id":"7","catalog_id":1,"event_type":"t","timestamp":"2024-05-06T07:08:09+02:00",
                     "result":{"status":"ok","reference":{},"context":{"n":1.50}},"trace_component":{"a":1}},
                    {"event_id":10,"execution_id":8,"catalog_id":1},
                    {"event_id":11,"execution_id":9223372036854775807,"catalog_id":"1"},
                    {"event_id":11,"execution_id":9223372036854775807,"catalog_id":"1"}
                ]}
                """#
            // The older table's key is the event's id alone.
            let inserted = schema == .current ? 3 : 2
            #expect(
                try await api.project(first).text == #"{"projected":\#(inserted),"duplicates":\#(4 - inserted)}"#
            )
            #expect(try await api.project(first).text == #"{"projected":0,"duplicates":4}"#)
            let stored = try await database.cell(
                """
                SELECT concat_ws('|', event_type, result, created_at, tenant_id, trace_component)
                FROM noetl.event WHERE event_id = 10 AND execution_id = 7
                """
            )
            #expect(
                stored == #"t|{"status": "ok", "context": {"n": 1.50}, "reference": {}}|2024-05-06 05:08:09|default"#
            )
        }
    }

    @Test(arguments: ExistingSchema.allCases)
    func `what the table refuses is 422, names the event, and stores nothing`(schema: ExistingSchema) async throws {
        let database = try await Self.database(schema)
        try await API.with(database) { api in
            for (event, words) in [
                (#"{"event_id":77,"catalog_id":5}"#, "names a catalog_id that noetl.catalog does not have"),
                (#"{"event_id":77,"catalog_id":1,"result":{}}"#, "breaks the constraint chk_event_result_shape"),
                (#"{"event_id":77,"catalog_id":1,"result":{"status":1}}"#, "breaks the constraint"),
                (#"{"event_id":77,"catalog_id":1,"result":{"status":"x","y":1}}"#, "breaks the constraint"),
            ] {
                let answer = try await api.project(
                    #"{"events":[{"event_id":12,"catalog_id":1},{"event_id":13,"catalog_id":1},\#(event)]}"#
                )
                #expect(answer.status == 422)
                #expect(try answer.faults == ["value_error at body.events.2"])
                #expect(answer.text.contains("event 2 (event_id 77) \(words)"), "\(answer.text)")
                #expect(try await database.cell("SELECT count(*) FROM noetl.event WHERE event_id > 6") == "0")
            }
        }
    }

    @Test(arguments: ExistingSchema.allCases)
    func `overlapping batches at once in any order are all taken`(schema: ExistingSchema) async throws {
        let database = try await Self.database(schema)
        try await API.with(database) { api in
            let events = (100...300).map { #"{"event_id":\#($0),"execution_id":\#($0 % 7),"catalog_id":1}"# }
            let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<12 {
                    let batch = events.shuffled().prefix(150).joined(separator: ",")
                    group.addTask { try await api.project(#"{"events":[\#(batch)]}"#).status }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(statuses.allSatisfy { $0 == 200 })
        }
    }
}
