import InternalContract
import TestSupport
import Testing

@testable import InternalAPI

/// A mark that comes after its claim's lease ran out and somebody else claimed the row.
@Suite(.scratchDatabase, .timeLimit(.minutes(10)))
struct LeaseTests {
    private static let row = "SELECT concat_ws(' ', status, attempts, last_error) FROM noetl.outbox"

    /// Runs a test in which two have claimed the row 1, one after the other.
    private func withTwoOwners(
        _ body: @Sendable (API, _ first: ClaimedRow, _ second: ClaimedRow) async throws -> Void
    )
        async throws
    {
        try await API.with { api in
            try await api.database.addRows(1...1)
            let client = api.makeClient()
            let firstClaim = try await client.claim(limit: 1)
            let first = try #require(firstClaim.rows.first)
            try await api.database.run("UPDATE noetl.outbox SET locked_at = locked_at - interval '1 day'")
            let secondClaim = try await client.claim(limit: 1)
            let second = try #require(secondClaim.rows.first)
            #expect([first.attempts, second.attempts] == [1, 2])
            try await body(api, first, second)
        }
    }

    @Test(arguments: [false, true])
    func `a late failed mark that says its claim never changes a row`(isParked: Bool) async throws {
        try await self.withTwoOwners { api, first, second in
            let client = api.makeClient()
            func markLate() async throws -> MarkFailedAnswer {
                try await client.markFailed(1, error: "late", attempts: first.attempts, isParked: isParked)
            }
            let refused = MarkFailedAnswer(isMarked: false, delaySeconds: isParked ? nil : 1)
            #expect(try await markLate() == refused)
            #expect(try await api.database.cell(Self.row) == "IN_FLIGHT 2")
            try await api.database.run("UPDATE noetl.outbox SET locked_at = locked_at - interval '1 day'")
            #expect(try await markLate() == refused)
            let inTime = try await client.markFailed(1, error: "in time", attempts: second.attempts)
            #expect(inTime == MarkFailedAnswer(isMarked: true, delaySeconds: 2))
            #expect(try await markLate() == refused)
            #expect(try await api.database.cell(Self.row) == "FAILED 2 in time")
        }
    }

    @Test func `a late failed mark does not let a parked row go again`() async throws {
        try await self.withTwoOwners { api, first, second in
            let client = api.makeClient()
            #expect(try await client.markFailed(1, error: "never", attempts: second.attempts, isParked: true).isMarked)
            #expect(try await !client.markFailed(1, error: "late", attempts: first.attempts).isMarked)
            let row = try await api.database.cell("SELECT concat_ws(' ', available_at, last_error) FROM noetl.outbox")
            #expect(row == "infinity never")
        }
    }

    @Test func `a late published mark that says its claim changes nothing`() async throws {
        try await self.withTwoOwners { api, first, second in
            let client = api.makeClient()
            let late = try await client.markPublished([1], claimedAttempts: [first.attempts])
            #expect(late == 0)
            #expect(try await api.database.cell(Self.row) == "IN_FLIGHT 2")
            #expect(try await client.markPublished([1], claimedAttempts: [second.attempts]) == 1)
            #expect(try await api.database.cell(Self.row) == "PUBLISHED 2")
        }
    }

    @Test func `a late mark that does not say its claim cannot be told, and counts`() async throws {
        try await self.withTwoOwners { api, _, _ in
            let failed = try await api.markFailed(#"{"outbox_id":1,"error":"late","attempts":1}"#)
            #expect(failed.text == #"{"marked":true,"available_at_in":1}"#)
            #expect(try await api.database.cell(Self.row) == "FAILED 2 late")
            #expect(try await api.markPublished(#"{"outbox_ids":[1]}"#).text == #"{"marked":1}"#)
        }
    }

    @Test func `a mark of an owner whose lease ran out counts while nobody else has the row`() async throws {
        try await API.with { api in
            try await api.database.addRows(1...2)
            let client = api.makeClient()
            let rows = try await client.claim(limit: 2).rows
            try await api.database.run("UPDATE noetl.outbox SET locked_at = locked_at - interval '1 day'")
            #expect(try await client.markFailed(1, error: "", attempts: rows[0].attempts).isMarked)
            #expect(try await client.markPublished([2], claimedAttempts: [rows[1].attempts]) == 1)
        }
    }

    @Test(arguments: [
        (#"{"outbox_ids":[1,2],"claimed_attempts":[1]}"#, "value_error at body.claimed_attempts"),
        (#"{"outbox_ids":[1],"claimed_attempts":5}"#, "list_type at body.claimed_attempts"),
        (#"{"outbox_ids":[1],"claimed_attempts":["x"]}"#, "int_parsing at body.claimed_attempts.0"),
    ])
    func `claimed_attempts must go with the rows`(body: String, fault: String) async throws {
        try await API.with { api in
            let answer = try await api.markPublished(body)
            #expect(answer.status == 422)
            #expect(try answer.faults == [fault])
            #expect(try await api.markPublished(#"{"outbox_ids":[1],"claimed_attempts":null}"#).status == 200)
        }
    }
}
