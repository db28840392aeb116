package import Logging
package import Postgres
import Waiting

/// Brings a database to the shape this version needs: makes a new one, or adopts an existing NoETL one.
///
/// Idempotent, and serialised by an advisory lock: of several that start at once, one works and the others find nothing
/// left to do. Columns of tables that exist are never touched.
package struct Migrator: Sendable {
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
        try await self.locked {
            var plan = try await self.findChanges()
            let maintainer = PartitionMaintainer(self.connection)
            let partitions =
                try await self.exists("noetl.event")
                ? try await maintainer.plan() : try await maintainer.planForNewTable()
            plan.changes += partitions.changes
            plan.remarks += partitions.remarks
            return plan
        }
    }

    /// Does what is left to do.
    ///
    /// - Returns: What was done.
    /// - Throws: `PostgresError`; ``SchemaError`` for tables that cannot be adopted.
    @discardableResult
    package func migrate() async throws -> MigrationPlan {
        try await self.locked {
            var plan = try await self.findChanges()
            try await self.query(Self.makeSchema)
            let applied = try await self.appliedVersions()
            for migration in Migration.all where !applied.contains(migration.version) {
                try await self.apply(migration)
            }
            try await self.applyWakeUp()
            let partitions = try await PartitionMaintainer(self.connection).maintain()
            plan.changes += partitions.changes
            plan.remarks += partitions.remarks
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
        if try await !self.isWakeUpSettled() {
            plan.changes.append(
                self.wakesPublishers
                    ? .init(name: "wake-up trigger", sql: WakeUpTrigger.install)
                    : .init(name: "no wake-up trigger", sql: WakeUpTrigger.remove)
            )
        }
        try await self.checkAdoptedTables()
        return plan
    }

    private func appliedVersions() async throws -> Set<Int> {
        guard try await self.exists("noetl.relay_migration") else { return [] }
        let result = try await self.query("SELECT version FROM noetl.relay_migration")
        return Set(try (0..<result.rowCount).map { Int(try result.requiredInteger(row: $0, column: 0)) })
    }

    /// Whether the trigger is there, or away, as is wanted.
    private func isWakeUpSettled() async throws -> Bool {
        let query = self.wakesPublishers ? WakeUpTrigger.isInstalled : WakeUpTrigger.isAbsent
        return try await self.query(query).boolean(row: 0, column: 0)
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
        guard try await !self.isWakeUpSettled() else { return }
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
        // Behind a pooler the lock would stay with one of its connections, and nobody could let go of it.
        guard await !self.connection.isPooled else {
            throw PostgresError(
                .invalidConfiguration,
                """
                migrating needs a session of its own: connect to PostgreSQL itself and not to a pooler in transaction mode
                """
            )
        }
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
