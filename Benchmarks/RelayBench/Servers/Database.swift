import Postgres
import Waiting

/// The tables that are measured.
struct Database: Sendable {
    /// Ten million rows take minutes.
    private static let patience = Duration.seconds(1800)

    let uri: String
    let connection: PostgresConnection

    /// Returns a connection of one's own.
    static func connect(_ uri: String) async throws -> PostgresConnection {
        try await PostgresConnection.connect(
            PostgresConfiguration(connectionString: uri, applicationName: "bench", connectTimeout: .seconds(60)),
            logger: .quiet
        )
    }

    /// Empties all tables.
    func reset() async throws {
        try await self.connection.run(
            script: "TRUNCATE noetl.outbox, noetl.event, noetl.event_dead_letter RESTART IDENTITY"
        )
    }

    /// Adds rows to `noetl.outbox`, of 2,000 executions that take turns.
    ///
    /// - Parameters:
    ///   - count: How many.
    ///   - first: The first event id.
    ///   - status: `PENDING` or `PUBLISHED`.
    /// - Throws: `PostgresError`.
    func addRows(_ count: Int, first: Int = 1, status: String = "PENDING") async throws {
        guard count > 0 else { return }
        try await self.connection.withTransaction {
            // Without triggers: one that waits for the commit is remembered for each row.
            try await self.connection.query("SET LOCAL session_replication_role = replica")
            try await self.connection.query(
                Self.insert,
                [.integer(Int64(first)), .integer(Int64(first + count - 1)), .text(status)],
                deadline: .after(Self.patience)
            )
        }
    }

    /// Brings the table to the state of one that has been in use: vacuumed, analyzed, written to disk.
    func settle() async throws {
        try await self.connection.query("VACUUM ANALYZE noetl.outbox", deadline: .after(Self.patience))
        try await self.checkpoint()
    }

    /// Has everything written to disk, so that the first change of any page costs an image of it in the WAL.
    ///
    /// Rows of a long backlog have waited through checkpoints; those that were just inserted would cost less.
    func checkpoint() async throws {
        try await self.connection.query("CHECKPOINT", deadline: .after(Self.patience))
    }

    /// Counts rows of a status.
    func rows(_ status: String) async throws -> Int {
        let result = try await self.connection.query(
            "SELECT count(*) FROM noetl.outbox WHERE status = $1",
            [.text(status)],
            deadline: .after(Self.patience)
        )
        return Int(try result.requiredInteger(row: 0, column: 0))
    }

    /// Returns once nobody else is connected: a server notices late that a process was killed, and keeps its row locks.
    func waitUntilAlone() async throws {
        let others: Statement = """
            SELECT count(*)
            FROM pg_stat_activity
            WHERE backend_type = 'client backend' AND datname = current_database() AND pid <> pg_backend_pid()
            """
        while try await self.connection.query(others).requiredInteger(row: 0, column: 0) > 0 {
            try await Task.sleep(for: .milliseconds(5))
        }
    }

    /// Counts events.
    func events() async throws -> Int {
        let result = try await self.connection.query(
            "SELECT count(*) FROM noetl.event",
            deadline: .after(Self.patience)
        )
        return Int(try result.requiredInteger(row: 0, column: 0))
    }

    /// Forgets which statements were run.
    func forgetStatements() async throws {
        try await self.connection.query("SELECT pg_stat_statements_reset()")
    }

    /// How many statements were run since, those about statements aside, that are like a pattern.
    func statements(like pattern: String = "%") async throws -> Int {
        let result = try await self.connection.query(
            """
            SELECT coalesce(sum(calls), 0)::bigint
            FROM pg_stat_statements
            WHERE query NOT LIKE '%pg_stat_statements%' AND query LIKE $1
            """,
            [.text(pattern)]
        )
        return Int(try result.requiredInteger(row: 0, column: 0))
    }

    /// The SQL of an envelope of some 600 bytes for the event `g`; `Benchmarks/Limit` writes the same.
    ///
    /// Executions have ids of the present, so that events land in the partition that is in use.
    static let envelope = """
        jsonb_build_object(
            'event_id', g,
            'execution_id', \(execution),
            'catalog_id', 1,
            'event_type', 'step.exit',
            'node_id', 'fetch_forecast',
            'node_name', 'fetch_forecast',
            'node_type', 'http',
            'status', 'COMPLETED',
            'duration', 0.0421,
            'tenant_id', 'default',
            'organization_id', 'default',
            'timestamp', '2026-02-03T04:05:06.789012Z',
            'context', jsonb_build_object(
                'path', 'examples/weather/city_alerts',
                'step', 'fetch_forecast',
                'tool', jsonb_build_object(
                    'kind', 'http',
                    'url', 'https://api.example.org/v1/forecast?city=Zurich&days=3'
                )
            ),
            'meta', jsonb_build_object('source', 'bench', 'worker', 'worker-cpu-01', 'pool', 'default')
        )
        """

    /// The SQL of the execution of the event `g`.
    static let execution = "((extract(epoch FROM current_date)::bigint * 1000 - 1704067200000 + g % 2000) << 23)"

    private static let insert = Statement(
        """
        INSERT INTO noetl.outbox (execution_id, event_id, payload, payload_codec, status, published_at)
        SELECT \(execution), g, \(envelope), 'json', $3, CASE WHEN $3 = 'PUBLISHED' THEN now() END
        FROM generate_series($1::bigint, $2::bigint) AS g
        """
    )
}
