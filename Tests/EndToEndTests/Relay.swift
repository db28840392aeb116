import JetStream
import LocalServers
import Postgres
import TestSupport

/// The settings of the services for one database and one broker, and what can be seen of them there.
struct Relay: Sendable {
    let databaseURI: String
    let natsURL: String
    let stream: String
    let prefix: String

    /// Over the running test's own database and stream.
    static var scratch: Relay {
        Relay(
            databaseURI: ScratchDatabase.uri,
            natsURL: ScratchStream.url,
            stream: ScratchStream.name,
            prefix: ScratchStream.prefix
        )
    }

    /// Lends a database and a broker that no other test uses, so that they can be stopped; both are empty.
    static func withOwnServers<Result>(
        _ body: (Relay, LocalPostgres, LocalNATS) async throws -> Result
    ) async throws -> Result {
        try await withLocalPostgres { postgres in
            try await withLocalNATS { nats in
                let relay = Relay(
                    databaseURI: postgres.uri(),
                    natsURL: nats.url,
                    stream: "NOETL_EVENTS",
                    prefix: "noetl.events"
                )
                return try await body(relay, postgres, nats)
            }
        }
    }

    /// The environment of a service.
    func environment(_ more: [String: String] = [:]) -> [String: String] {
        [
            "DATABASE_URL": self.databaseURI,
            "NATS_URL": self.natsURL,
            "NOETL_EVENT_NATS_STREAM": self.stream,
            "NOETL_EVENT_NATS_SUBJECT_PREFIX": self.prefix,
            "NOETL_PROJECTOR_NATS_STREAM": self.stream,
            "NOETL_PROJECTOR_NATS_SUBJECT": "\(self.prefix).>",
            "NOETL_OUTBOX_PUBLISHER_METRICS_HOST": "127.0.0.1",
            "NOETL_OUTBOX_PUBLISHER_METRICS_PORT": "0",
            "NOETL_OUTBOX_PUBLISHER_ERROR_SLEEP_SECONDS": "0.5",
            "NOETL_PROJECTOR_METRICS_HOST": "127.0.0.1",
            "NOETL_PROJECTOR_METRICS_PORT": "0",
        ].merging(more) { $1 }
    }

    func connect() async throws -> PostgresConnection {
        try await PostgresConnection.connect(.testing(self.databaseURI), logger: .quiet)
    }

    /// Commits rows of several executions, taking turns, each with an envelope as payload.
    func commit(_ count: Int, executions: Int = 20, firstEvent: Int = 1) async throws {
        let connection = try await self.connect()
        try await connection.query(
            """
            INSERT INTO noetl.outbox (execution_id, event_id, payload)
            SELECT 1000 + g % $1, g, jsonb_build_object(
                'event_id', g, 'execution_id', 1000 + g % $1, 'event_type', 'step.enter', 'node_name', 'node-' || g
            )
            FROM generate_series($2, $2 + $3 - 1) AS g
            """,
            [.integer(Int64(executions)), .integer(Int64(firstEvent)), .integer(Int64(count))]
        )
    }

    /// How many rows have a status.
    func rows(_ status: String) async throws -> Int64 {
        try await self.connect()
            .query("SELECT count(*) FROM noetl.outbox WHERE status = $1", [.text(status)])
            .requiredInteger(row: 0, column: 0)
    }

    /// How many of a publisher's workers hold rows that they have changed nothing of yet.
    func holders() async throws -> Int64 {
        try await self.connect()
            .integer(
                """
                SELECT count(*) FROM pg_stat_activity
                WHERE datname = current_database() AND application_name = 'outbox-publisher'
                    AND state = 'idle in transaction' AND backend_xid IS NOT NULL
                """
            )
    }

    /// How many events there are.
    func events() async throws -> Int64 {
        try await self.connect().query("SELECT count(*) FROM noetl.event").requiredInteger(row: 0, column: 0)
    }

    /// The ids of the messages in the stream, by execution, in the stream's order.
    func streamedEvents() async throws -> [String: [Int64]] {
        let connection = try await NATSConnection.connect(.testing(self.natsURL))
        let consumer = ConsumerConfiguration(name: "reader", isDurable: false, isAcknowledged: false)
        try await connection.addConsumer(consumer, stream: self.stream)
        let puller = try await connection.makePuller(stream: self.stream, consumer: consumer.name)
        var missing = Int(try await connection.streamInfo(self.stream)?.messages ?? 0)
        var events: [String: [Int64]] = [:]
        while missing > 0 {
            let messages = try await puller.pull(limit: 1000, wait: .seconds(60))
            missing -= messages.count
            for index in 0..<messages.count {
                let execution = messages.header("Noetl-Execution-Id", of: index) ?? ""
                let event = messages.header("Noetl-Event-Id", of: index).flatMap(Int64.init) ?? -1
                events[execution, default: []].append(event)
            }
        }
        return events
    }
}
