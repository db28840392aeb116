import HTTPTypes
import TestSupport
import Testing

@testable import InternalAPI

@Suite(.scratchDatabase)
struct PendingCountTests {
    @Test func `due rows and leases that ran out are counted, others are not`() async throws {
        let database = try await TestDatabase()
        try await database.run(
            """
            INSERT INTO noetl.outbox (event_id, payload, status, available_at, locked_at)
            VALUES (1, '{}', 'PENDING', now(), NULL), (2, '{}', 'FAILED', now(), NULL),
                (3, '{}', 'IN_FLIGHT', now(), now() - interval '61 s'), (4, '{}', 'IN_FLIGHT', now(), now()),
                (5, '{}', 'PUBLISHED', now(), NULL), (6, '{}', 'PENDING', now() + interval '1 h', NULL),
                (7, '{}', 'FAILED', 'infinity', NULL)
            """
        )
        try await API.with(database) { api in
            let answer = try await api.pendingCount()
            #expect(answer.status == 200)
            #expect(answer.text == #"{"pending":3}"#)
        }
    }

    @Test(arguments: [(4, "4"), (6, "5"), (5, "5")])
    func `the count stops at its limit`(limit: Int, count: String) async throws {
        let database = try await TestDatabase()
        try await database.addRows(1...5)
        try await API.with(database, settings: ["NOETL_OUTBOX_PENDING_COUNT_LIMIT": "\(limit)"]) { api in
            let answer = try await api.pendingCount()
            #expect(answer.text == #"{"pending":\#(count)}"#)
        }
    }

    @Test func `a caller sees its own commit`() async throws {
        try await API.with { api in
            #expect(try await api.pendingCount().text == #"{"pending":0}"#)
            try await api.database.addRows(1...3)
            try await eventually { try await api.pendingCount().text == #"{"pending":3}"# }
        }
    }

    @Test func `a body is not looked at`() async throws {
        try await API.with { api in
            let answer = try await api.send(.get, Endpoint.pendingCount.path, "not JSON")
            #expect(answer.status == 200)
        }
    }
}
