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
            let other = try await ScratchDatabase.connect()
            try await other.run(
                script: "BEGIN; INSERT INTO noetl.event (execution_id, event_id, catalog_id) VALUES (0, 1, 0)"
            )
            // One request has the connection and waits for our transaction; of three more, one may wait for it.
            async let first = api.project(#"{"events":[{"event_id":1}]}"#)
            try await eventually { try await api.database.waitingStatements() == 1 }
            try await withThrowingTaskGroup(of: Answer.self) { group in
                for _ in 0..<3 { group.addTask { try await api.claim() } }
                for _ in 0..<2 {
                    let next = try await group.next()
                    let refused = try #require(next)
                    #expect(refused.status == 503)
                    #expect(refused.headers[.retryAfter] == "1")
                    #expect(try refused.detail == "All connections to the database are in use.")
                }
                await other.rollBack()
                let last = try await group.next()
                let waited = try #require(last)
                #expect(waited.status == 200)
            }
            let projected = try await first
            #expect(projected.text == #"{"projected":1,"duplicates":0}"#)
            #expect(try await api.markPublished(#"{"outbox_ids":[1]}"#).status == 200)
            // It was never the database that was away.
            #expect(try await api.send(.get, "/readyz").status == 200)
        }
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
