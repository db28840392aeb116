import Postgres
import Subprocess
import TestSupport
import Testing

/// Deleting what was published long ago, by the real publisher.
@Suite(.scratchDatabase, .scratchStream, .timeLimit(.minutes(10)))
struct RetentionTests {
    @Test func `published rows are deleted after the retention, by one of several publishers`() async throws {
        let relay = Relay.scratch
        let connection = try await relay.connect()
        try await connection.query(
            """
            INSERT INTO noetl.outbox (event_id, payload, status, published_at, created_at)
            SELECT g, '{}', 'PUBLISHED', now() - interval '1 hour', now() - interval '1 hour'
            FROM generate_series(1, 5000) AS g
            """
        )
        try await relay.commit(100, firstEvent: 6000)
        let environment = relay.environment(["NOETL_OUTBOX_RETENTION_SECONDS": "600"])
        let first = try await RelayProcess.run("outbox-publisher", environment: environment) { _ in
            let second = try await RelayProcess.run("outbox-publisher", environment: environment) { _ in
                try await eventually { try await relay.rows("PUBLISHED") == 100 }
                let holders: Statement = """
                    SELECT count(*)
                    FROM pg_locks
                    WHERE locktype = 'advisory' AND objsubid = 1 AND granted
                        AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
                    """
                // Claims hold locks of their own for a moment.
                try await eventually { try await connection.query(holders).requiredInteger(row: 0, column: 0) == 1 }
            }
            #expect(second.status == .exited(0))
        }
        #expect(first.status == .exited(0))
        #expect(try await connection.integer("SELECT min(event_id) FROM noetl.outbox") == 6000)
    }

    @Test func `nothing is deleted where the retention is 0`() async throws {
        let relay = Relay.scratch
        try await OutboxSeed.insert([OutboxSeed(event: 1, status: "PUBLISHED")], on: relay.connect())
        try await relay.commit(1, firstEvent: 2)
        let environment = relay.environment(["NOETL_OUTBOX_RETENTION_SECONDS": "0"])
        _ = try await RelayProcess.run("outbox-publisher", environment: environment) { _ in
            try await eventually { try await relay.rows("PUBLISHED") == 2 }
        }
        #expect(try await relay.rows("PUBLISHED") == 2)
    }
}
