import Outbox
import Postgres
import Settings
import TestSupport
import Testing
import Waiting

@testable import OutboxPublisher

/// Rows from a connection of a worker's own.
@Suite(.scratchDatabase, .timeLimit(.minutes(10)))
struct DatabaseSourceTests {
    @Test func `a claim forgets the commits it heard of before, which it looks for itself`() async throws {
        let writer = try await ScratchDatabase.connect()
        let connection = try await ScratchDatabase.connect()
        let source = try await DatabaseSource(connection: connection, settings: Self.settings())
        let lookout = try #require(source.lookout)
        _ = try await lookout.begin()
        _ = try await source.claim(turn: 0)
        for event in 1...3 { try await OutboxSeed.insert([OutboxSeed(event: Int64(event))], on: writer) }
        // The answer brings what was kept back during the transaction.
        await source.release()
        #expect(try await source.claim(turn: 1).rows.count == 3)
        await source.release()
        #expect(try await connection.nextNotification(deadline: .after(.zero)) == nil)
    }

    @Test func `who drains once takes back all rows whose lease ran out first`() async throws {
        let connection = try await ScratchDatabase.connect()
        try await connection.query(
            """
            INSERT INTO noetl.outbox (execution_id, event_id, payload, status, locked_at)
            SELECT g, g, '{}', 'IN_FLIGHT', now() - interval '1 hour' FROM generate_series(1, 2500) AS g
            """
        )
        let settings = try Self.settings([
            "NOETL_OUTBOX_PUBLISHER_ONCE": "true", "NOETL_OUTBOX_PUBLISHER_BATCH_SIZE": "5000",
            "NOETL_OUTBOX_PUBLISHER_CONCURRENCY": "1",
        ])
        let source = try await DatabaseSource(connection: connection, settings: settings)
        #expect(try await source.claim(turn: 0).rows.count == 2500)
        await source.release()
    }

    private static func settings(_ environment: [String: String] = [:]) throws -> PublisherSettings {
        try PublisherSettings(
            SettingsReader(
                environment: ["DATABASE_URL": ScratchDatabase.uri, "NATS_URL": "nats://127.0.0.1"].merging(environment)
                { $1 }
            )
        )
    }
}
