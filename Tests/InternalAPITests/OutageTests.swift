import HTTPTypes
import LocalServers
import TestSupport
import Testing

@testable import InternalAPI

@Suite(.scratchDatabase)
struct OutageTests {
    @Test(.timeLimit(.minutes(10)))
    func `a database that is away is 503, and served again when it is back`() async throws {
        try await withLocalPostgres { server in
            let database = try await TestDatabase(on: server)
            try await database.addRows(1...3)
            try await API.with(database) { api in
                #expect(try await api.claim(#"{"limit":1}"#).claimedIDs == ["1"])
                #expect(try await api.send(.get, "/readyz").status == 200)
                try await server.stop(mode: .immediate)
                for (endpoint, body) in [
                    (Endpoint.claim, "{}"), (.markPublished, #"{"outbox_ids":[1]}"#),
                    (.markFailed, #"{"outbox_id":1,"error":""}"#), (.project, #"{"events":[{"event_id":1}]}"#),
                    (
                        .deadLetters,
                        #"{"dead_letters":[{"stream":"S","sequence":1,"subject":"s","body":"","reason":"r"}]}"#
                    ),
                    (.pendingCount, nil),
                ] {
                    let answer = try await api.send(endpoint.method, endpoint.path, body)
                    #expect(answer.status == 503, "\(endpoint)")
                    #expect(answer.headers[.retryAfter] != nil)
                    #expect(try answer.detail == "The database is not available.")
                }
                #expect(try await api.send(.get, "/readyz").status == 503)
                #expect(try await api.send(.get, "/livez").status == 200)
                // What is refused without the database is refused all the same.
                #expect(try await api.claim("[]").status == 422)
                try await server.start()
                try await eventually { try await api.send(.get, "/readyz").status == 200 }
                #expect(try await api.claim().claimedIDs == ["2", "3"])
                #expect(try await api.markPublished(#"{"outbox_ids":[1]}"#).text == #"{"marked":1}"#)
            }
        }
    }

    @Test(.timeLimit(.minutes(10)))
    func `a count from before does not say that the database is there`() async throws {
        try await withLocalPostgres { server in
            let database = try await TestDatabase(on: server)
            try await API.with(database) { api in
                #expect(try await api.pendingCount().status == 200)
                try await server.stop(mode: .immediate)
                #expect(try await api.claim().status == 503)
                // Whether it is still told or not.
                _ = try await api.pendingCount()
                #expect(try await api.send(.get, "/readyz").status == 503)
            }
        }
    }

    @Test func `a database that is not set up is 503 and says what to do`() async throws {
        let database = try await TestDatabase()
        try await database.run("DROP SCHEMA noetl CASCADE")
        try await API.with(database) { api in
            let answer = try await api.claim()
            #expect(answer.status == 503)
            #expect(try answer.detail?.contains("relayctl migrate") == true)
        }
    }

    @Test func `a connection that the server ended while it was idle is replaced without the caller noticing`()
        async throws
    {
        try await API.with { api in
            _ = try await api.claim()
            try await api.database.run(
                """
                SELECT pg_terminate_backend(pid, 60000) FROM pg_stat_activity
                WHERE datname = current_database() AND application_name = 'noetl-internal-api'
                """
            )
            #expect(try await api.claim().status == 200)
        }
    }
}
