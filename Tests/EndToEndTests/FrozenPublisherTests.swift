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
                "NOETL_OUTBOX_LEASE_SECONDS": "20", "NOETL_OUTBOX_PUBLISHER_CONCURRENCY": "1",
            ])
            let frozen = try await RelayProcess.run("outbox-publisher", environment: environment) { publisher in
                try await relay.commit(1, firstEvent: 1)
                try await eventually { try await relay.rows("PUBLISHED") == 1 }
                let last = try await self.freeze(publisher, nats, relay)
                let rows = """
                    SELECT concat_ws(' ', outbox_id, xmin, status) FROM noetl.outbox WHERE event_id <= \(last)
                    ORDER BY outbox_id
                    """
                // Another one takes over once the lease is over.
                _ = try await RelayProcess.run("outbox-publisher", environment: environment) { _ in
                    try await eventually { try await relay.rows("PUBLISHED") == last }
                }
                let before = try await connection.texts(rows)
                publisher.send(.resume)
                try await relay.commit(1, firstEvent: Int(last) + 1)
                try await eventually { try await relay.rows("PUBLISHED") == last + 1 }
                #expect(try await connection.texts(rows) == before)
            }
            #expect(frozen.status == .exited(0), "\(frozen.log)")
            let streamed = try await relay.streamedEvents()
            #expect(streamed.values.map(\.count).reduce(0, +) == Int(try await relay.rows("PUBLISHED")))
            #expect(streamed.values.allSatisfy { $0 == $0.sorted() })
        }
    }

    /// Stops the publisher while it waits for the PubAcks of 500 rows.
    ///
    /// It waits for five seconds only, in which a busy machine may not get to see it: then with the next rows.
    ///
    /// - Returns: The last event of those that are committed.
    private func freeze(_ publisher: RelayProcess, _ nats: LocalNATS, _ relay: Relay) async throws -> Int64 {
        let broker = try #require(nats.pid)
        for attempt in 0..<10 {
            let last = Int64(attempt + 1) * 500 + 1
            kill(broker, SIGSTOP)
            try await relay.commit(500, firstEvent: Int(last) - 499)
            let isSeen = try await soon { try await relay.holders() == 1 }
            publisher.send(.suspend)
            let isFrozen = isSeen ? try await relay.holders() == 1 : false
            kill(broker, SIGCONT)
            if isFrozen { return last }
            publisher.send(.resume)
            try await eventually { try await relay.rows("PUBLISHED") == last }
        }
        throw NeverSeen()
    }
}

private struct NeverSeen: Error {}
