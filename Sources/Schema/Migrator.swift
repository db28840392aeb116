package import Logging
package import Postgres
import Waiting

/// Brings a database to the shape this version needs: makes a new one, or adopts an existing NoETL one.
///
/// Idempotent, and serialised by an advisory lock: of several that start at once, one works and the others find nothing
/// left to do. Columns of tables that exist are never touched.
package struct Migrator: Sendable {
    /// How many quarters after the current one get a partition of `noetl.event`.
    private static let quartersAhead = 4
    /// The advisory lock that serialises migrators: "noetl-re" in ASCII.
    private static let lockKey: Int64 = 0x6e6f_6574_6c2d_7265
    /// How long to wait before asking for the lock again.
    private static let lockPause = Duration.milliseconds(100)
    /// A migration may have to wait for a writer, or to build an index over a large table.
    private static let timeout = Duration.seconds(3600)

    private let connection: PostgresConnection
    private let wakesPublishers: Bool
    private let logger: Logger

    /// Creates a migrator.
    ///
    /// - Parameters:
    ///   - connection: A connection of its own, not through a pooler: the lock belongs to the session.
    ///   - wakesPublishers: Whether publishers are woken by `NOTIFY` when rows are committed.
    ///   - logger: Told of each change.
    package init(_ connection: PostgresConnection, wakesPublishers: Bool = true, logger: Logger) {
        self.connection = connection
        self.wakesPublishers = wakesPublishers
        self.logger = logger
    }

    /// What ``migrate()`` would do.
    ///
    /// Changes nothing.
    ///
    /// - Throws: `PostgresError`; ``SchemaError`` for tables that cannot be adopted.
    package func plan() async throws -> MigrationPlan {
        try await self.locked { try await self.findChanges() }
    }

    /// Does what is left to do.
    ///
    /// - Returns: What was done.
    /// - Throws: `PostgresError`; ``SchemaError`` for tables that cannot be adopted.
    @discardableResult
    package func migrate() async throws -> MigrationPlan {
        try await self.locked {
            let plan = try await self.findChanges()
            try await self.query(Self.makeSchema)
            let applied = try await self.appliedVersions()
            for migration in Migration.all where !applied.contains(migration.version) {
                try await self.apply(migration)
            }
            try await self.applyWakeUp()
            for partition in try await self.missingPartitions() { try await self.query(partition.sql) }
            for change in plan.changes { self.logger.info("Migrated", metadata: ["migration": "\(change.name)"]) }
            return plan
        }
    }
}

// MARK: - Looking

extension Migrator {
    private func findChanges() async throws -> MigrationPlan {
        var plan = MigrationPlan()
        let applied = try await self.appliedVersions()
        for migration in Migration.all where !applied.contains(migration.version) {
            plan.changes.append(
                .init(
                    name: "\(migration.version). \(migration.name)",
                    sql: migration.statements.joined(separator: ";\n\n")
                )
            )
        }
        if try await self.isWakeUpInstalled() != self.wakesPublishers {
            plan.changes.append(
                self.wakesPublishers
                    ? .init(name: "wake-up trigger", sql: WakeUpTrigger.install)
                    : .init(name: "no wake-up trigger", sql: WakeUpTrigger.remove)
            )
        }
        try await self.checkAdoptedTables()
        plan.changes += try await self.missingPartitions()
        if let remark = try await self.partitioningRemark() { plan.remarks.append(remark) }
        return plan
    }

    private func appliedVersions() async throws -> Set<Int> {
        guard try await self.exists("noetl.relay_migration") else { return [] }
        let result = try await self.query("SELECT version FROM noetl.relay_migration")
        return Set(try (0..<result.rowCount).map { Int(try result.requiredInteger(row: $0, column: 0)) })
    }

    private func isWakeUpInstalled() async throws -> Bool {
        try await self.query(WakeUpTrigger.isInstalled).boolean(row: 0, column: 0)
    }

    /// Tables that somebody else made must have the columns that our statements name.
    private func checkAdoptedTables() async throws {
        for (table, columns) in Self.neededColumns where try await self.exists("noetl.\(table)") {
            let result = try await self.connection.query(
                """
                SELECT attname::text FROM pg_attribute
                WHERE attrelid = to_regclass($1) AND attnum > 0 AND NOT attisdropped
                """,
                [.text("noetl.\(table)")]
            )
            let present = Set((0..<result.rowCount).compactMap { result.text(row: $0, column: 0) })
            let missing = columns.filter { !present.contains($0) }
            guard missing.isEmpty else { throw SchemaError(table: "noetl.\(table)", missing: missing) }
        }
    }

    private static let neededColumns = [
        "outbox": [
            "outbox_id", "execution_id", "event_id", "subject", "payload", "payload_codec", "status", "attempts",
            "available_at", "locked_at", "published_at", "last_error", "created_at", "updated_at",
        ],
        "event": [
            "event_id", "execution_id", "catalog_id", "parent_event_id", "event_type", "node_id", "node_name",
            "node_type", "status", "duration", "context", "result", "meta", "error", "stack_trace", "tenant_id",
            "organization_id", "created_at",
        ],
    ]
}

// MARK: - Partitions

extension Migrator {
    /// The partitions of this quarter and the next ones that are neither there nor covered by somebody else's.
    private func missingPartitions() async throws -> [MigrationPlan.Change] {
        let isThere = try await self.exists("noetl.event")
        if isThere, try await !self.isPartitioned() { return [] }
        var missing: [MigrationPlan.Change] = []
        for quarter in try await self.comingQuarters() {
            if isThere, try await self.isCovered(quarter) { continue }
            missing.append(
                .init(
                    name: "partition noetl.\(quarter.partitionName)",
                    sql: """
                        CREATE TABLE IF NOT EXISTS noetl.\(quarter.partitionName) PARTITION OF noetl.event
                            FOR VALUES FROM (\(quarter.lowestID)) TO (\(quarter.next.lowestID))
                        """
                )
            )
        }
        return missing
    }

    private func comingQuarters() async throws -> [Quarter] {
        let now = try await self.query(
            "SELECT extract(year FROM now() AT TIME ZONE 'UTC')::bigint, extract(month FROM now() AT TIME ZONE 'UTC')::bigint"
        )
        var quarters = [
            Quarter(
                year: Int(try now.requiredInteger(row: 0, column: 0)),
                month: Int(try now.requiredInteger(row: 0, column: 1))
            )
        ]
        for _ in 0..<Self.quartersAhead { quarters.append(quarters[quarters.count - 1].next) }
        return quarters
    }

    private func isPartitioned() async throws -> Bool {
        try await self.query(
            """
            SELECT EXISTS (
                SELECT FROM pg_partitioned_table AS p
                JOIN pg_attribute AS a ON a.attrelid = p.partrelid AND a.attnum = p.partattrs[0]
                WHERE p.partrelid = to_regclass('noetl.event')
                    AND p.partstrat = 'r'
                    AND p.partnatts = 1
                    AND a.attname = 'execution_id'
            )
            """
        ).boolean(row: 0, column: 0)
    }

    /// Whether any id of a quarter already belongs to a partition other than DEFAULT, or rows of it are in DEFAULT.
    ///
    /// The bounds are read from `pg_get_expr`, which prints them as `FOR VALUES FROM ('1') TO ('2')`.
    private func isCovered(_ quarter: Quarter) async throws -> Bool {
        try await self.connection.query(
            """
            SELECT EXISTS (
                SELECT
                FROM pg_inherits AS i
                JOIN pg_class AS c ON c.oid = i.inhrelid
                CROSS JOIN LATERAL pg_get_expr(c.relpartbound, c.oid) AS bound
                CROSS JOIN LATERAL regexp_match(bound, 'FROM \\(''?(-?\\d+|MINVALUE)''?\\)') AS low
                CROSS JOIN LATERAL regexp_match(bound, 'TO \\(''?(-?\\d+|MAXVALUE)''?\\)') AS high
                WHERE i.inhparent = to_regclass('noetl.event')
                    AND bound <> 'DEFAULT'
                    AND (low[1] = 'MINVALUE' OR low[1]::numeric < $2)
                    AND (high[1] = 'MAXVALUE' OR high[1]::numeric > $1)
            )
                OR EXISTS (
                    SELECT
                    FROM noetl.event
                    WHERE execution_id >= $1
                        AND execution_id < $2
                        AND tableoid = (
                            SELECT partdefid FROM pg_partitioned_table WHERE partrelid = 'noetl.event'::regclass
                        )
                )
            """,
            [.integer(quarter.lowestID), .integer(quarter.next.lowestID)]
        ).boolean(row: 0, column: 0)
    }

    private func partitioningRemark() async throws -> String? {
        guard try await self.exists("noetl.event"), try await !self.isPartitioned() else { return nil }
        return "noetl.event is not partitioned by execution_id; it is used as it is"
    }
}

// MARK: - Doing

extension Migrator {
    private static let makeSchema = """
        DO $$
        BEGIN
            IF to_regnamespace('noetl') IS NULL THEN
                CREATE SCHEMA noetl;
            END IF;
            CREATE TABLE IF NOT EXISTS noetl.relay_migration (
                version integer PRIMARY KEY,
                name text NOT NULL,
                applied_at timestamptz NOT NULL DEFAULT now()
            );
        END
        $$
        """

    private func apply(_ migration: Migration) async throws {
        switch migration.mode {
        case .transaction:
            try await self.connection.withTransaction {
                for statement in migration.statements { try await self.query(statement) }
                try await self.record(migration)
            }
        case .separately:
            for statement in migration.statements { try await self.query(statement) }
            try await self.record(migration)
        }
    }

    private func record(_ migration: Migration) async throws {
        try await self.connection.query(
            "INSERT INTO noetl.relay_migration (version, name) VALUES ($1::bigint::integer, $2)",
            [.integer(Int64(migration.version)), .text(migration.name)]
        )
    }

    private func applyWakeUp() async throws {
        guard try await self.isWakeUpInstalled() != self.wakesPublishers else { return }
        try await self.connection.run(script: self.wakesPublishers ? WakeUpTrigger.install : WakeUpTrigger.remove)
    }

    private func exists(_ relation: String) async throws -> Bool {
        let result = try await self.connection.query("SELECT to_regclass($1) IS NOT NULL", [.text(relation)])
        return result.boolean(row: 0, column: 0)
    }

    @discardableResult
    private func query(_ sql: String) async throws -> QueryResult {
        try await self.connection.query(Statement(sql), deadline: .after(Self.timeout))
    }

    /// Takes the lock that serialises migrators.
    ///
    /// Asked for again and again, not waited for: a statement that waits holds a snapshot, whose end the lock's holder
    /// waits for in `CREATE INDEX CONCURRENTLY`, and the server would end one of the two as deadlocked.
    private func takeLock() async throws {
        let deadline = Deadline.after(Self.timeout)
        while try await !self.tryLock() {
            guard !deadline.hasPassed else {
                throw PostgresError(.deadlineExceeded, "another migrator did not come to an end")
            }
            try await Task.sleep(for: Self.lockPause)
        }
    }

    private func tryLock() async throws -> Bool {
        try await self.connection.query("SELECT pg_try_advisory_lock($1)", [.integer(Self.lockKey)])
            .boolean(row: 0, column: 0)
    }

    private func locked<R>(_ body: () async throws -> R) async throws -> R {
        try await self.takeLock()
        let value: R
        do {
            value = try await body()
        } catch {
            // Closing the session lets go of the lock, whatever state the failure left it in.
            await self.connection.close()
            throw error
        }
        try await self.connection.query("SELECT pg_advisory_unlock($1)", [.integer(Self.lockKey)])
        return value
    }
}
