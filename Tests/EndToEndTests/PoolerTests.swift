import JetStream
import Postgres
import Subprocess
import TestSupport
import Testing

/// All three services over PgBouncer in transaction mode: no session of the database belongs to anybody, and nobody can
/// listen.
@Suite(.pgBouncer(connections: 3), .scratchDatabase, .scratchStream, .timeLimit(.minutes(10)))
struct PoolerTests {
    @Test func `rows are published in order and projected, from the database as from the API`() async throws {
        let direct = Relay.scratch
        let pooled = Relay(
            databaseURI: PgBouncerTrait.uri,
            natsURL: direct.natsURL,
            stream: direct.stream,
            prefix: direct.prefix
        )
        try await direct.commit(3000)
        let publisher = try await RelayProcess.run("outbox-publisher", environment: pooled.environment()) { _ in
            let projector = try await RelayProcess.run("projector", environment: pooled.environment()) { _ in
                try await eventually { try await direct.events() == 3000 }
                // Noticed by looking.
                try await direct.commit(500, firstEvent: 3001)
                try await eventually { try await direct.events() == 3500 }
            }
            #expect(projector.status == .exited(0), "\(projector.log)")
        }
        #expect(publisher.status == .exited(0), "\(publisher.log)")
        #expect(publisher.log.count { $0.contains("LISTEN") } == 1, "\(publisher.log)")

        try await direct.commit(1500, firstEvent: 3501)
        let api = try await withInternalAPI(over: pooled.databaseURI) { port, _ in
            let publisher = try await RelayProcess.run(
                "outbox-publisher",
                environment: pooled.environment([
                    "NOETL_OUTBOX_SOURCE": "api",
                    "NOETL_INTERNAL_API_URL": "http://127.0.0.1:\(port)",
                    "NOETL_INTERNAL_API_TOKEN": "secret",
                ])
            ) { _ in
                try await eventually { try await direct.rows("PUBLISHED") == 5000 }
            }
            #expect(publisher.status == .exited(0), "\(publisher.log)")
        }
        #expect(api.status == .exited(0), "\(api.log)")

        let streamed = try await direct.streamedEvents()
        #expect(streamed.values.reduce(0) { $0 + $1.count } == 5000)
        for (execution, events) in streamed { #expect(events == events.sorted(), "\(execution)") }
    }
}
