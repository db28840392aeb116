import LocalServers
import Postgres
import Schema
import Subprocess
import TestSupport
import Testing

/// A publisher that has nothing to do, and one that nobody wakes.
@Suite(.scratchStream, .timeLimit(.minutes(10)))
struct IdleTests {
    @Test func `an idle publisher sends at most two statements a second`() async throws {
        let settings = ["shared_preload_libraries": "pg_stat_statements"]
        try await withLocalPostgres(LocalPostgresConfiguration(settings: settings)) { postgres in
            let relay = Relay(
                databaseURI: postgres.uri(),
                natsURL: ScratchStream.url,
                stream: ScratchStream.name,
                prefix: ScratchStream.prefix
            )
            let connection = try await relay.connect()
            try await Migrator(connection, logger: .quiet).migrate()
            try await connection.query("CREATE EXTENSION pg_stat_statements")
            let end = try await RelayProcess.run("outbox-publisher", environment: relay.environment()) { _ in
                try await relay.commit(10)
                try await eventually { try await relay.rows("PUBLISHED") == 10 }
                let looks = """
                    SELECT coalesce(max(calls), 0)::bigint FROM pg_stat_statements
                    WHERE query LIKE '%SELECT EXISTS%outbox%' AND query NOT LIKE '%pg_stat_statements%'
                    """
                // Those who published have found by then that there is no more.
                let before = try await connection.integer(looks)
                try await eventually { try await connection.integer(looks) >= before + 2 }
                let start = ContinuousClock.now
                try await connection.query("SELECT pg_stat_statements_reset()")
                // Five looks at the table; how long they take is what the number is compared with.
                try await eventually { try await connection.integer(looks) >= 5 }
                let statements = try await connection.integer(
                    """
                    SELECT sum(calls)::bigint FROM pg_stat_statements
                    WHERE query LIKE '%noetl%' AND query NOT LIKE '%pg_stat_statements%'
                        OR query LIKE '%advisory%' OR query LIKE 'BEGIN%' OR query IN ('COMMIT', 'ROLLBACK')
                    """
                )
                let seconds = Double((.now - start).components.seconds + 1)
                #expect(Double(statements) / seconds <= 2, "\(statements) statements in \(seconds) seconds")
            }
            #expect(end.status == .exited(0))
        }
    }

    @Test(.scratchDatabase) func `where nobody notifies, looking is enough`() async throws {
        let relay = Relay.scratch
        try await relay.connect().query("DROP TRIGGER outbox_wake_up ON noetl.outbox")
        _ = try await RelayProcess.run("outbox-publisher", environment: relay.environment()) { _ in
            for round in 1...3 {
                try await relay.commit(10, firstEvent: round * 100)
                try await eventually { try await relay.rows("PUBLISHED") == Int64(round * 10) }
            }
        }
    }
}
