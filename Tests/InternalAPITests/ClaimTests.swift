import HTTPTypes
import Postgres
import RawJSON
import TestSupport
import Testing

@testable import InternalAPI

@Suite(.scratchDatabase)
struct ClaimTests {
    @Test func `a claim returns the due rows with the lowest ids, marks them and says how many`() async throws {
        try await API.with { api in
            try await api.database.run(
                """
                INSERT INTO noetl.outbox (outbox_id, execution_id, event_id, subject, payload, last_error, attempts, status)
                VALUES (3, 30, 300, NULL, '{"a": 1}', 'kept', 6, 'FAILED'),
                    (1, NULL, 9223372036854775807, 'some.subject', '"text"', NULL, 0, 'PENDING'),
                    (2, -5, -6, NULL, 'null', NULL, 0, 'PENDING'),
                    (4, 40, 400, NULL, '[]', NULL, 0, 'PENDING');
                UPDATE noetl.outbox SET updated_at = '2020-01-01'
                """
            )
            let answer = try await api.claim(#"{"limit": 3}"#)
            #expect(answer.status == 200)
            #expect(answer.headers[.contentType] == "application/json")
            let rows = [
                #"{"outbox_id":1,"event_id":9223372036854775807,"execution_id":null,"subject":"some.subject","#
                    + #""payload":"text","payload_codec":"arrow-feather","attempts":1}"#,
                #"{"outbox_id":2,"event_id":-6,"execution_id":-5,"subject":null,"#
                    + #""payload":null,"payload_codec":"arrow-feather","attempts":1}"#,
                #"{"outbox_id":3,"event_id":300,"execution_id":30,"subject":null,"#
                    + #""payload":{"a": 1},"payload_codec":"arrow-feather","attempts":7}"#,
            ]
            #expect(answer.text == #"{"rows":["# + rows.joined(separator: ",") + #"],"claimed":3}"#)
            let marked = try await api.database.column(
                """
                SELECT concat_ws(' ', outbox_id, status, attempts, locked_at IS NOT NULL, updated_at > '2021-01-01', last_error)
                FROM noetl.outbox ORDER BY outbox_id
                """
            )
            #expect(
                marked == [
                    "1 IN_FLIGHT 1 t t", "2 IN_FLIGHT 1 t t", "3 IN_FLIGHT 7 t t kept", "4 PENDING 0 f f",
                ]
            )
        }
    }

    @Test func `nothing due is an empty list`() async throws {
        try await API.with { api in
            let answer = try await api.claim()
            #expect(answer.text == #"{"rows":[],"claimed":0}"#)
        }
    }

    @Test func `rows that are not due are left alone`() async throws {
        try await API.with { api in
            try await api.database.run(
                """
                INSERT INTO noetl.outbox (event_id, payload, status, available_at, locked_at)
                VALUES (1, '{}', 'PUBLISHED', now(), NULL),
                    (2, '{}', 'PENDING', now() + interval '1 hour', NULL),
                    (3, '{}', 'FAILED', 'infinity', NULL),
                    (4, '{}', 'IN_FLIGHT', now(), now())
                """
            )
            #expect(try await api.claim().text == #"{"rows":[],"claimed":0}"#)
        }
    }

    @Test(arguments: [
        ("{}", 100), (#"{"limit":5}"#, 5), (#"{"limit":5.0}"#, 5), (#"{"limit":5e0}"#, 5), (#"{"limit":"5"}"#, 5),
        (#"{"limit":" 5 "}"#, 5), (#"{"limit":"+5"}"#, 5), (#"{"limit":true}"#, 1), (#"{"limit":1000}"#, 120),
        (#"{"limit":1}"#, 1), (#"{"limit":7,"limit":2}"#, 2), (#"{"other":[1],"limit":3}"#, 3),
        ("\u{FEFF} {\"limit\": 4} ", 4),
    ])
    func `a limit is taken in the forms that callers send`(body: String, claimed: Int) async throws {
        try await API.with { api in
            try await api.database.addRows(1...120)
            let answer = try await api.claim(body)
            #expect(answer.status == 200)
            #expect(try answer.claimedIDs == (1...claimed).map { "\($0)" })
            #expect(try answer.json["claimed"]?.rawText == "\(claimed)")
        }
    }

    @Test(arguments: [
        ("", "missing at body"), ("  ", "missing at body"), ("null", "missing at body"),
        ("[]", "model_attributes_type at body"), (#""x""#, "model_attributes_type at body"),
        ("5", "model_attributes_type at body"), ("{", "json_invalid at body.1"), ("{}x", "json_invalid at body.2"),
        ("{\"limit\":NaN}", "json_invalid at body.9"), (#"{"limit":0}"#, "greater_than_equal at body.limit"),
        (#"{"limit":-1}"#, "greater_than_equal at body.limit"), (#"{"limit":1001}"#, "less_than_equal at body.limit"),
        (#"{"limit":false}"#, "greater_than_equal at body.limit"), (#"{"limit":1.5}"#, "int_from_float at body.limit"),
        (#"{"limit":"x"}"#, "int_parsing at body.limit"), (#"{"limit":""}"#, "int_parsing at body.limit"),
        (#"{"limit":"1.5"}"#, "int_parsing at body.limit"), (#"{"limit":null}"#, "int_type at body.limit"),
        (#"{"limit":[1]}"#, "int_type at body.limit"), (#"{"limit":{}}"#, "int_type at body.limit"),
        (#"{"limit":9223372036854775808}"#, "int_parsing_size at body.limit"),
        (#"{"limit":1e400}"#, "int_parsing_size at body.limit"),
        (#"{"ordered":"maybe"}"#, "bool_parsing at body.ordered"),
    ])
    func `a malformed claim is 422 and claims nothing`(body: String, fault: String) async throws {
        try await API.with { api in
            try await api.database.addRows(1...2)
            let answer = try await api.claim(body)
            #expect(answer.status == 422)
            #expect(try answer.faults == [fault])
            #expect(try await api.database.cell("SELECT count(*) FROM noetl.outbox WHERE status = 'PENDING'") == "2")
        }
    }

    @Test(arguments: [
        "12345678901234567890123456789012345678901234567890",
        "0.123456789012345678901234567890",
        "-0.000000000000000000000000000001",
        "[1, 2, 3]", "null", "true", #""just text""#, "{}",
        #"{"big": 18446744073709551616, "nested": [{"x": 1.50}]}"#,
        #""\"quoted\" \\ / \n tab\t bell\u0007""#,
        #""Grüße 你好 🎉 e\#u{301} \#u{2028} \#u{FFFF}""#,
    ])
    func `a payload travels as the database prints it`(payload: String) async throws {
        try await API.with { api in
            let literal = payload.replacing("'", with: "''")
            try await api.database.run("INSERT INTO noetl.outbox (event_id, payload) VALUES (1, '\(literal)')")
            let stored = try await api.database.cell("SELECT payload::text FROM noetl.outbox")
            let answer = try await api.claim()
            #expect(answer.text.contains(#""payload":\#(stored),"payload_codec""#))
            #expect(stored == payload)
        }
    }

    @Test func `a payload may be a number of 400 digits or a text of a megabyte`() async throws {
        try await API.with { api in
            try await api.database.run(
                """
                INSERT INTO noetl.outbox (outbox_id, event_id, payload)
                VALUES (1, 1, '1e400'), (2, 2, to_jsonb(repeat('ä"', 700000)))
                """
            )
            let rows = try await api.claim().json["rows"]?.elements.compactMap { $0["payload"] } ?? []
            #expect(rows.map(\.range.count) == [401, 4 * 700_000 + 2])
            #expect(rows.first?.rawText == "1" + String(repeating: "0", count: 400))
            #expect(rows.last?.string == String(repeating: "ä\"", count: 700_000))
        }
    }

    @Test func `a lease that ran out makes a row claimable again`() async throws {
        try await API.with(settings: ["NOETL_OUTBOX_LEASE_SECONDS": "100"]) { api in
            try await api.database.addRows(1...3)
            #expect(try await api.claim().claimedIDs == ["1", "2", "3"])
            #expect(try await api.claim().claimedIDs == [])
            try await api.database.run(
                """
                UPDATE noetl.outbox SET locked_at = now() - interval '101 s' WHERE outbox_id IN (1, 3);
                UPDATE noetl.outbox SET locked_at = now() - interval '50 s' WHERE outbox_id = 2
                """
            )
            try await api.database.addRows(4...4)
            let again = try await api.claim()
            #expect(try again.claimedIDs == ["1", "3", "4"])
            #expect(try again.json["rows"]?.elements.map { $0["attempts"]?.rawText } == ["2", "2", "1"])
        }
    }

    @Test func `attempts stop at the largest number the column holds`() async throws {
        try await API.with { api in
            try await api.database.addRows(1...1)
            try await api.database.run("UPDATE noetl.outbox SET attempts = 2147483647")
            #expect(try await api.claim().json["rows"]?.elements.map { $0["attempts"]?.rawText } == ["2147483647"])
        }
    }

    @Test func `an ordered claim leaves out rows behind one that is owed`() async throws {
        try await API.with { api in
            try await api.database.run(
                """
                INSERT INTO noetl.outbox (outbox_id, execution_id, event_id, payload, status, available_at, locked_at)
                VALUES (1, 1, 1, '{}', 'IN_FLIGHT', now(), now()), (2, 1, 2, '{}', 'PENDING', now(), NULL),
                    (3, 2, 3, '{}', 'FAILED', now() + interval '1 h', NULL), (4, 2, 4, '{}', 'PENDING', now(), NULL),
                    (5, 3, 5, '{}', 'FAILED', 'infinity', NULL), (6, 3, 6, '{}', 'PENDING', now(), NULL),
                    (7, 4, 7, '{}', 'PUBLISHED', now(), NULL), (8, 4, 8, '{}', 'PENDING', now(), NULL),
                    (9, 4, 9, '{}', 'PENDING', now(), NULL), (10, NULL, 10, '{}', 'PENDING', now(), NULL)
                """
            )
            #expect(try await api.claim(#"{"ordered": "true"}"#).claimedIDs == ["6", "8", "9", "10"])
            #expect(try await api.claim(#"{"ordered": false}"#).claimedIDs == ["2", "4"])
        }
    }

    @Test func `claims at once never share a row`() async throws {
        try await API.with { api in
            try await api.database.addRows(1...300)
            let claimed = try await withThrowingTaskGroup(of: [String].self) { group in
                for _ in 0..<12 { group.addTask { try await api.claim(#"{"limit":25}"#).claimedIDs } }
                return try await group.reduce(into: []) { $0 += $1 }
            }
            #expect(claimed.count == Set(claimed).count)
            let rest = try await api.claim(#"{"limit":1000}"#).claimedIDs
            #expect(Set(claimed + rest) == Set((1...300).map { "\($0)" }))
        }
    }

    @Test func `a row that another transaction holds is skipped`() async throws {
        try await API.with { api in
            try await api.database.addRows(1...3)
            let other = try await ScratchDatabase.connect()
            try await other.run(script: "BEGIN; SELECT FROM noetl.outbox WHERE outbox_id = 2 FOR UPDATE")
            #expect(try await api.claim().claimedIDs == ["1", "3"])
            await other.rollBack()
            #expect(try await api.claim().claimedIDs == ["2"])
        }
    }
}
