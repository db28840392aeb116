import InternalContract
import RawJSON
import TestSupport
import Testing

/// The package's own client against the program.
@Suite(.scratchDatabase, .timeLimit(.minutes(10)))
struct ClientTests {
    @Test func `client and program understand each other, payloads byte for byte`() async throws {
        try await API.with { api in
            let client = api.makeClient()
            try await api.database.run(
                #"""
                INSERT INTO noetl.outbox (outbox_id, execution_id, event_id, subject, payload)
                VALUES (1, 7, 8, 'a.b', '{"event_id": 8, "n": 1.10, "meta": {"traceparent": "x"}}'), (2, NULL, 9, NULL, '"ü"')
                """#
            )
            #expect(try await client.pendingCount() == 2)
            let claimed = try await client.claim(limit: 1000)
            #expect(claimed.rows.map(\.outboxID) == [1, 2])
            #expect(claimed.rows.map(\.executionID) == [7, nil])
            #expect(claimed.rows.map(\.subject) == ["a.b", nil])
            #expect(
                claimed.payloads.map(\.rawText) == [
                    #"{"n": 1.10, "meta": {"traceparent": "x"}, "event_id": 8}"#, #""ü""#,
                ]
            )
            #expect(claimed.payloads[0]["meta"]?["traceparent"]?.string == "x")
            let projected = try await client.project([claimed.payloads[0].bytes])
            #expect(projected == ProjectAnswer(projected: 1, duplicates: 0))
            #expect(try await client.markPublished([1], claimedAttempts: [1]) == 1)
            #expect(try await client.markFailed(2, error: "x", attempts: 1).isMarked)
        }
    }

    @Test func `a refused event is named to the client by its place`() async throws {
        try await API.with { api in
            let client = api.makeClient()
            let events = [#"{"event_id":1}"#, #"{"event_id":2,"result":{}}"#].map { Array($0.utf8) }
            let refused = await #expect(throws: InternalAPIError.self) { try await client.project(events) }
            #expect(refused?.parts.map(\.eventIndex) == [1])
            #expect(refused?.isDataError == true)
            let taken = try await client.project(events.prefix(1))
            #expect(taken == ProjectAnswer(projected: 1, duplicates: 0))
        }
    }
}
