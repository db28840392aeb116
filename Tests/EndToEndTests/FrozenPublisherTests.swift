import Glibc
import JetStream
import LocalServers
import Postgres
import Schema
import Subprocess
import TestSupport
import Testing

/// A publisher that is stopped beyond its lease, in the middle of a batch, and goes on.
@Suite(.timeLimit(.minutes(10)))
struct FrozenPublisherTests {
    @Test func `what it no longer owns it does not change, and it publishes what comes next`() async throws {
        try await Relay.withOwnServers { relay, postgres, nats in
            let connection = try await relay.connect()
            try await Migrator(connection, logger: .quiet).migrate()
            let environment = relay.environment([
                "NOETL_OUTBOX_LEASE_SECONDS": "8", "NOETL_OUTBOX_PUBLISHER_CONCURRENCY": "1",
            ])
            let frozen = try await RelayProcess.run("outbox-publisher", environment: environment) { publisher in
                try await relay.commit(1, firstEvent: 1)
                try await eventually { try await relay.rows("PUBLISHED") == 1 }
                let rows = try await self.freeze(publisher, nats, relay, connection)
                // Another one takes over once the lease is over.
                _ = try await RelayProcess.run("outbox-publisher", environment: environment) { _ in
                    try await eventually { try await relay.rows("PUBLISHED") == 501 }
                }
                let before = try await connection.texts(rows)
                publisher.send(.resume)
                try await relay.commit(1, firstEvent: 1000)
                try await eventually { try await relay.rows("PUBLISHED") == 502 }
                #expect(try await connection.texts(rows) == before)
            }
            #expect(frozen.status == .exited(0), "\(frozen.log)")
            let streamed = try await relay.streamedEvents()
            #expect(streamed.values.map(\.count).reduce(0, +) == 502)
            #expect(streamed.values.allSatisfy { $0 == $0.sorted() })
        }
    }

    /// Stops the publisher while it waits for PubAcks, and returns how to see whether one of its rows was changed since.
    private func freeze(
        _ publisher: RelayProcess,
        _ nats: LocalNATS,
        _ relay: Relay,
        _ connection: PostgresConnection
    ) async throws -> String {
        let broker = try #require(nats.pid)
        kill(broker, SIGSTOP)
        try await relay.commit(500, firstEvent: 2)
        let holders = """
            SELECT count(*) FROM pg_stat_activity
            WHERE application_name = 'outbox-publisher' AND state = 'idle in transaction' AND backend_xid IS NOT NULL
            """
        try await eventually { try await connection.integer(holders) == 1 }
        publisher.send(.suspend)
        kill(broker, SIGCONT)
        return
            "SELECT concat_ws(' ', outbox_id, xmin, status) FROM noetl.outbox WHERE event_id <= 501 ORDER BY outbox_id"
    }
}
