import HTTPTypes
import Postgres
import TestSupport
import Testing

@testable import InternalAPI

@Suite(.scratchDatabase, .timeLimit(.minutes(10)))
struct PoolExhaustionTests {
    @Test func `more requests than may wait for a connection are told to come back, and later answered again`()
        async throws
    {
        let settings = [
            "NOETL_INTERNAL_API_MAX_DATABASE_CONNECTIONS": "1", "NOETL_INTERNAL_API_MAX_WAITING_REQUESTS": "1",
        ]
        try await API.with(settings: settings) { api in
            // On a busy machine the check of the database can be the one that waits, and waiting can last too long.
            var statuses: [Int] = []
            for event in 1...10 where statuses != [200, 503, 503] {
                statuses = try await Self.claim(3, whileWaiting: event, api)
            }
            #expect(statuses == [200, 503, 503])
            #expect(try await api.markPublished(#"{"outbox_ids":[1]}"#).status == 200)
            // It was never the database that was away.
            #expect(try await api.send(.get, "/readyz").status == 200)
        }
    }

    /// Claims several times at once while one request has the connection and waits for a transaction of ours, which ends
    /// when all but one of the claims are answered.
    ///
    /// - Returns: The statuses of the claims, in ascending order.
    private static func claim(_ count: Int, whileWaiting event: Int, _ api: API) async throws -> [Int] {
        let other = try await ScratchDatabase.connect()
        let insert = "INSERT INTO noetl.event (execution_id, event_id, catalog_id) VALUES (0, \(event), 0)"
        try await other.run(script: "BEGIN; \(insert)")
        async let first = api.project(#"{"events":[{"event_id":\#(event)}]}"#)
        guard try await soon({ try await api.database.waitingStatements() == 1 }) else { return [] }
        let statuses = try await withThrowingTaskGroup(of: Answer.self) { group in
            for _ in 0..<count { group.addTask { try await api.claim() } }
            var statuses: [Int] = []
            while let answer = try await group.next() {
                statuses.append(answer.status)
                if statuses.count == count - 1 { await other.rollBack() }
                guard answer.status != 200 else { continue }
                #expect(answer.headers[.retryAfter] == "1")
                #expect(try answer.detail == "All connections to the database are in use.")
            }
            return statuses.sorted()
        }
        let projected = try await first
        #expect(projected.text == #"{"projected":1,"duplicates":0}"#)
        return statuses
    }
}

extension TestDatabase {
    /// How many statements of the program wait for a lock.
    func waitingStatements() async throws -> Int {
        let count = try await self.cell(
            """
            SELECT count(*) FROM pg_stat_activity
            WHERE datname = current_database() AND application_name = 'noetl-internal-api'
                AND wait_event_type = 'Lock'
            """
        )
        return Int(count) ?? 0
    }
}
