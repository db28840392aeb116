import TestSupport
import Testing

@Suite(.scratchDatabase)
struct MarkPublishedTests {
    @Test func `the rows that change are counted, others are not`() async throws {
        try await API.with { api in
            try await api.database.addRows(1...2, status: "IN_FLIGHT")
            try await api.database.addRows(3...3, status: "FAILED")
            try await api.database.addRows(4...4)
            try await api.database.addRows(5...5, status: "PUBLISHED")
            try await api.database.run(
                "UPDATE noetl.outbox SET last_error = 'x', published_at = CASE outbox_id WHEN 5 THEN date '2020-01-01' END"
            )
            let answer = try await api.markPublished(#"{"outbox_ids":[1,1," 2 ",3.0,4,5,77,-1,9223372036854775807]}"#)
            #expect(answer.status == 200)
            #expect(answer.text == #"{"marked":4}"#)
            let rows = try await api.database.column(
                """
                SELECT concat_ws(' ', outbox_id, status, published_at > '2021-01-01', coalesce(last_error, '-'))
                FROM noetl.outbox ORDER BY outbox_id
                """
            )
            #expect(
                rows == [
                    "1 PUBLISHED t -", "2 PUBLISHED t -", "3 PUBLISHED t -", "4 PUBLISHED t -", "5 PUBLISHED f x",
                ]
            )
            #expect(try await api.markPublished(#"{"outbox_ids":[1,2,3]}"#).text == #"{"marked":0}"#)
        }
    }

    @Test func `ten thousand rows are marked in one request`() async throws {
        try await API.with { api in
            try await api.database.addRows(1...10_500)
            let ids = (1...10_500).map(String.init).joined(separator: ",")
            #expect(try await api.markPublished(#"{"outbox_ids":[\#(ids)]}"#).text == #"{"marked":10500}"#)
        }
    }

    @Test(arguments: [
        ("{}", ["missing at body.outbox_ids"]), (#"{"outbox_ids":[]}"#, ["too_short at body.outbox_ids"]),
        (#"{"outbox_ids":null}"#, ["list_type at body.outbox_ids"]),
        (#"{"outbox_ids":"1"}"#, ["list_type at body.outbox_ids"]),
        (
            #"{"outbox_ids":[1,null,"x",1.5]}"#,
            [
                "int_type at body.outbox_ids.1", "int_parsing at body.outbox_ids.2",
                "int_from_float at body.outbox_ids.3",
            ]
        ),
        (#"{"outbox_ids":[1,9223372036854775808]}"#, ["int_parsing_size at body.outbox_ids.1"]),
    ])
    func `a malformed list is 422 and marks nothing`(body: String, faults: [String]) async throws {
        try await API.with { api in
            try await api.database.addRows(1...1)
            let answer = try await api.markPublished(body)
            #expect(answer.status == 422)
            #expect(try answer.faults == faults)
            #expect(try await api.database.cell("SELECT status FROM noetl.outbox") == "PENDING")
        }
    }
}
