import TestSupport
import Testing

@Suite(.scratchDatabase)
struct MarkFailedTests {
    private static let row = """
        SELECT concat_ws(' ', status, round(extract(epoch FROM available_at - updated_at)), attempts,
            locked_at IS NOT NULL, last_error)
        FROM noetl.outbox
        """

    @Test(arguments: [
        (#""attempts":1"#, 1), (#""attempts":2"#, 2), (#""attempts":"3""#, 4), (#""attempts":8"#, 128),
        (#""attempts":9"#, 256), (#""attempts":10"#, 256), (#""attempts":9223372036854775807"#, 256),
        (#""attempts":9,"max_delay_seconds":" 100 ""#, 100), (#""attempts":3,"max_delay_seconds":1"#, 1),
        (#""other":1"#, 1),
    ])
    func `a row waits by the back-off`(rest: String, delay: Int) async throws {
        try await API.with { api in
            try await api.database.addRows(1...1, status: "IN_FLIGHT")
            let answer = try await api.markFailed(#"{"outbox_id":1,"error":"no route",\#(rest)}"#)
            #expect(answer.status == 200)
            #expect(answer.text == #"{"marked":true,"available_at_in":\#(delay)}"#)
            #expect(try await api.database.cell(Self.row) == "FAILED \(delay) 0 t no route")
        }
    }

    @Test(arguments: ["IN_FLIGHT", "FAILED"], ["", #","park":true"#])
    func `the attempts never keep a row from being marked`(status: String, park: String) async throws {
        try await API.with { api in
            try await api.database.addRows(1...1, status: status)
            // On a lease, or parked, after more attempts than the caller says.
            try await api.database.run("UPDATE noetl.outbox SET attempts = 5, available_at = 'infinity'")
            let answer = try await api.markFailed(#"{"outbox_id":1,"error":"no","attempts":2\#(park)}"#)
            #expect(answer.text == #"{"marked":true,"available_at_in":\#(park.isEmpty ? "2" : "null")}"#)
            let row = "SELECT concat_ws(' ', status, attempts, last_error) FROM noetl.outbox"
            #expect(try await api.database.cell(row) == "FAILED 5 no")
        }
    }

    @Test func `an unknown row is not marked`() async throws {
        try await API.with { api in
            let answer = try await api.markFailed(#"{"outbox_id":7,"error":""}"#)
            #expect(answer.text == #"{"marked":false,"available_at_in":1}"#)
        }
    }

    @Test func `a published row stays published`() async throws {
        try await API.with { api in
            try await api.database.addRows(1...1, status: "PUBLISHED")
            let answer = try await api.markFailed(#"{"outbox_id":1,"error":"late"}"#)
            #expect(answer.text == #"{"marked":false,"available_at_in":1}"#)
            #expect(try await api.database.cell("SELECT status || last_error FROM noetl.outbox") == "∅")
            #expect(try await api.database.cell("SELECT status FROM noetl.outbox") == "PUBLISHED")
        }
    }

    @Test func `an error keeps its first 2000 scalars, and what cannot be stored is replaced`() async throws {
        try await API.with { api in
            try await api.database.addRows(1...1)
            let long = String(repeating: "e\u{301}🎉", count: 1000)
            _ = try await api.markFailed(#"{"outbox_id":1,"error":"\#(long)"}"#)
            let stored = try await api.database.cell("SELECT last_error FROM noetl.outbox")
            #expect(Array(stored.unicodeScalars) == Array(long.unicodeScalars.prefix(2000)))
            _ = try await api.markFailed(#"{"outbox_id":1,"error":"a\u0000b\ud800c\n"}"#)
            #expect(try await api.database.cell("SELECT last_error FROM noetl.outbox") == "a\u{FFFD}b\u{FFFD}c\n")
            _ = try await api.markFailed(#"{"outbox_id":1,"error":""}"#)
            #expect(try await api.database.cell("SELECT last_error FROM noetl.outbox") == "")
        }
    }

    @Test(arguments: ["true", "1", #""true""#])
    func `a row is parked where that is asked for`(park: String) async throws {
        try await API.with { api in
            try await api.database.addRows(1...2, status: "IN_FLIGHT")
            let answer = try await api.markFailed(#"{"outbox_id":1,"error":"too\u0000 large","park":\#(park)}"#)
            #expect(answer.text == #"{"marked":true,"available_at_in":null}"#)
            let row = try await api.database.cell(
                "SELECT concat_ws(' ', status, available_at, attempts, locked_at, last_error) FROM noetl.outbox "
                    + "WHERE outbox_id = 1"
            )
            #expect(row == "FAILED infinity 0 too\u{FFFD} large")
            #expect(try await api.pendingCount().text == #"{"pending":0}"#)
            #expect(try await api.claim().claimedIDs == [])
        }
    }

    @Test func `an unknown row and a published one are not parked`() async throws {
        try await API.with { api in
            try await api.database.addRows(1...1, status: "PUBLISHED")
            for id in [1, 7] {
                let answer = try await api.markFailed(#"{"outbox_id":\#(id),"error":"","park":true}"#)
                #expect(answer.text == #"{"marked":false,"available_at_in":null}"#)
            }
            #expect(try await api.database.column("SELECT status FROM noetl.outbox") == ["PUBLISHED"])
        }
    }

    @Test(arguments: [
        ("{}", ["missing at body.outbox_id", "missing at body.error"]),
        (#"{"outbox_id":1}"#, ["missing at body.error"]),
        (#"{"outbox_id":1,"error":null}"#, ["string_type at body.error"]),
        (#"{"outbox_id":1,"error":5}"#, ["string_type at body.error"]),
        (#"{"outbox_id":null,"error":""}"#, ["int_type at body.outbox_id"]),
        (#"{"outbox_id":1,"error":"","attempts":0}"#, ["greater_than_equal at body.attempts"]),
        (#"{"outbox_id":1,"error":"","attempts":null}"#, ["int_type at body.attempts"]),
        (#"{"outbox_id":1,"error":"","max_delay_seconds":0}"#, ["greater_than_equal at body.max_delay_seconds"]),
        (#"{"outbox_id":1,"error":"","claimed_attempts":0}"#, ["greater_than_equal at body.claimed_attempts"]),
        (#"{"outbox_id":1,"error":"","claimed_attempts":[1]}"#, ["int_type at body.claimed_attempts"]),
        (#"{"outbox_id":1,"error":"","park":"yes"}"#, ["bool_parsing at body.park"]),
    ])
    func `a malformed request is 422 and marks nothing`(body: String, faults: [String]) async throws {
        try await API.with { api in
            try await api.database.addRows(1...1)
            let answer = try await api.markFailed(body)
            #expect(answer.status == 422)
            #expect(try answer.faults == faults)
            #expect(try await api.database.cell("SELECT status FROM noetl.outbox") == "PENDING")
        }
    }
}
