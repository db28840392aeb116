package import Postgres
import Waiting

/// Keeps the partitions of `noetl.event`: makes those of the quarters to come, and drops those that nobody keeps.
///
/// One at a time, whoever that is: each change is a transaction of its own under an advisory lock, and is looked for
/// anew under it.
package struct PartitionMaintainer: Sendable {
    /// How many quarters after the current one get a partition.
    static let quartersAhead = 4
    /// A move of many rows, or an owner's index on a large partition, can take long.
    static let timeout = Duration.seconds(3600)
    /// How long a change waits for the tables it locks, while everybody else waits behind it.
    private static let lockTimeout = Duration.seconds(5)
    /// How long one may hold them where its caller cannot choose a quiet hour.
    ///
    /// A partition that is made or attached has the server read all of the default one first.
    private static let holdTimeout = Duration.seconds(5)
    /// How long a partition that is to be dropped may be read for that: less than a statement of ours that writes to it
    /// waits.
    private static let dropTimeout = Duration.seconds(20)

    private let connection: PostgresConnection
    private let retention: Duration?
    private let maximumMove: Int?
    private let waits: Bool

    /// Creates a maintainer.
    ///
    /// - Parameters:
    ///   - connection: A connection without an open transaction.
    ///   - retention: How long events are kept; `nil` for ever.
    ///   - maximumMove: The most rows to move out of the default partition for one quarter, as it is locked meanwhile;
    ///     `nil` for any number.
    ///   - waits: Whether to wait for somebody else who changes partitions, instead of leaving it to them.
    package init(
        _ connection: PostgresConnection,
        retention: Duration? = nil,
        maximumMove: Int? = nil,
        waits: Bool = true
    ) {
        self.connection = connection
        self.retention = retention
        self.maximumMove = maximumMove
        self.waits = waits
    }

    /// The partitions in the order of their bounds, the default one last.
    ///
    /// - Throws: `PostgresError`.
    package func partitions() async throws -> [EventPartition] {
        try await PartitionRepository(self.connection).partitions()
    }

    /// What ``maintain()`` would do.
    ///
    /// Changes nothing.
    ///
    /// - Throws: `PostgresError`.
    package func plan() async throws -> MigrationPlan {
        let repository = PartitionRepository(self.connection)
        var plan = MigrationPlan()
        guard try await repository.isPartitioned() else {
            plan.remarks.append("noetl.event is not partitioned by execution_id; it is used as it is")
            return plan
        }
        let partitions = try await repository.partitions()
        let owner = try await repository.foreignOwner()
        // A guest may not read each partition, and is told what is missing all the same.
        try await self.planNewPartitions(partitions, owner == nil ? repository : nil, &plan)
        if owner == nil { try await self.planDrops(partitions, repository, &plan) }
        if !plan.changes.isEmpty, let owner {
            let names = plan.changes.map(\.name).joined(separator: ", ")
            plan.changes = []
            plan.remarks.append(
                "noetl.event belongs to \(owner), and only its owner can make or drop partitions; "
                    + "run relayctl partitions as \(owner). Left undone: \(names)"
            )
        }
        return plan
    }

    /// What ``maintain()`` would do once a new table has been made.
    func planForNewTable() async throws -> MigrationPlan {
        var plan = MigrationPlan()
        try await self.planNewPartitions([], nil, &plan)
        return plan
    }

    /// Makes and drops what is to be made and dropped.
    ///
    /// A change that is refused is left out and said; the others are done.
    ///
    /// - Returns: What was done, and remarks.
    /// - Throws: `PostgresError` where the database is away.
    package func maintain() async throws -> MigrationPlan {
        var done = MigrationPlan()
        var failures: [String: String] = [:]
        // Each once: a table of a partition's name that is not one would be "made" for ever.
        var attempted: Set<String> = []
        while true {
            var current: MigrationPlan.Change?
            do {
                let finished = try await self.connection.withTransaction { () -> MigrationPlan? in
                    let repository = PartitionRepository(self.connection)
                    guard try await repository.lock(waits: self.waits) else { return MigrationPlan() }
                    let plan = try await self.plan()
                    guard let change = plan.changes.first(where: { !attempted.contains($0.name) }) else { return plan }
                    current = change
                    attempted.insert(change.name)
                    try await self.limitLocks()
                    try await self.connection.run(script: change.sql, deadline: .after(Self.timeout))
                    return nil
                }
                if let finished {
                    done.remarks = finished.remarks
                    for (name, failure) in failures.sorted(by: { $0.key < $1.key }) {
                        done.remarks.append("\(name): \(failure)")
                    }
                    return done
                }
                if let current { done.changes.append(current) }
            } catch let error as PostgresError where error.code == .server && !error.isUnavailable {
                guard let current else { throw error }
                failures[current.name] = Self.failure(error)
            }
        }
    }
}

extension PartitionMaintainer {
    private func limitLocks() async throws {
        try await self.connection.query(Statement(Self.limit("lock_timeout", Self.lockTimeout)))
        guard self.maximumMove != nil else { return }
        try await self.connection.query(Statement(Self.limit("statement_timeout", Self.holdTimeout)))
    }

    private static func limit(_ setting: String, _ duration: Duration) -> String {
        "SET LOCAL \(setting) = \(duration.components.seconds * 1000)"
    }

    /// What is said of a change that was refused.
    private static func failure(_ error: PostgresError) -> String {
        guard error.sqlState == "57014" else { return error.description }
        return "it took too long; run relayctl partitions at a quiet hour, when it may"
    }
}

// MARK: - Planning

extension PartitionMaintainer {
    /// Makes a partition for each of the coming quarters of which no execution belongs to another one.
    ///
    /// - Parameters:
    ///   - partitions: Those that are there.
    ///   - repository: What to look into the default partition with; `nil` where that is not possible.
    ///   - plan: What it is added to.
    /// - Throws: `PostgresError`.
    private func planNewPartitions(
        _ partitions: [EventPartition],
        _ repository: PartitionRepository?,
        _ plan: inout MigrationPlan
    ) async throws {
        var quarter = try await PartitionRepository(self.connection).currentQuarter()
        let ordinary = partitions.first(where: \.isDefault)
        for _ in 0...Self.quartersAhead {
            defer { quarter = quarter.next }
            guard !partitions.contains(where: { $0.overlaps(quarter.ids) }) else { continue }
            guard let repository, let ordinary,
                try await repository.count(in: ordinary.name, quarter.ids, upTo: 1) > 0
            else {
                plan.changes.append(Self.making(quarter))
                continue
            }
            if let maximumMove = self.maximumMove,
                try await repository.count(in: ordinary.name, quarter.ids, upTo: maximumMove + 1) > maximumMove
            {
                plan.remarks.append(
                    "\(ordinary.name) has more than \(maximumMove) rows of noetl.\(quarter.partitionName); "
                        + "run relayctl partitions at a quiet hour to move them"
                )
                continue
            }
            plan.changes.append(Self.moving(quarter, from: ordinary, columns: try await repository.columns()))
        }
    }

    /// Drops partitions whose executions and events are all older than what is kept.
    private func planDrops(
        _ partitions: [EventPartition],
        _ repository: PartitionRepository,
        _ plan: inout MigrationPlan
    ) async throws {
        guard let seconds = self.retention?.wholeSeconds else { return }
        // What is made for now and later is kept in any case.
        let limit = min(
            try await repository.lowestID(secondsAgo: seconds),
            try await repository.currentQuarter().lowestID
        )
        for partition in partitions {
            guard !partition.isDefault, let high = partition.high, high <= limit else { continue }
            // An execution's id is of the time when it began, or of no time at all: 0 where an event has no execution.
            guard try await !repository.hasEvent(in: partition.name, youngerThan: seconds) else {
                plan.remarks.append("\(partition.name) is kept: its executions are old, and it has younger events")
                continue
            }
            plan.changes.append(self.dropping(partition, eventsOf: seconds))
        }
    }

    /// Looks once more for a younger event, which may have come since, while none can come.
    ///
    /// The lock keeps those who write to this partition, which nobody does but for an event that comes very late: the
    /// others go on until the partition is dropped.
    private func dropping(_ partition: EventPartition, eventsOf seconds: Double) -> MigrationPlan.Change {
        let limit = self.maximumMove == nil ? "" : Self.limit("statement_timeout", Self.dropTimeout) + ";\n"
        return .init(
            name: "drop \(partition.name)",
            sql: limit + """
                LOCK TABLE \(partition.name) IN SHARE MODE;
                DO $$
                BEGIN
                    IF EXISTS (\(PartitionRepository.eventsYounger(than: "\(seconds)", in: partition.name))) THEN
                        RAISE EXCEPTION 'it has a younger event by now';
                    END IF;
                END
                $$;
                DROP TABLE \(partition.name)
                """
        )
    }

    private static func making(_ quarter: Quarter) -> MigrationPlan.Change {
        .init(
            name: "partition noetl.\(quarter.partitionName)",
            sql: """
                CREATE TABLE IF NOT EXISTS noetl.\(quarter.partitionName) PARTITION OF noetl.event
                    FOR VALUES FROM (\(quarter.lowestID)) TO (\(quarter.next.lowestID))
                """
        )
    }

    /// A partition cannot be made for rows that the default one holds: they are moved into a table that then becomes
    /// the partition.
    private static func moving(
        _ quarter: Quarter,
        from partition: EventPartition,
        columns: [String]
    ) -> MigrationPlan.Change {
        let table = "noetl.\(quarter.partitionName)"
        let columns = columns.joined(separator: ", ")
        return .init(
            name: "partition \(table)",
            sql: """
                LOCK TABLE \(partition.name) IN ACCESS EXCLUSIVE MODE;
                CREATE TABLE \(table) (
                    LIKE noetl.event INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING GENERATED INCLUDING STORAGE
                );
                WITH moved AS (
                    DELETE FROM \(partition.name)
                    WHERE execution_id >= \(quarter.lowestID) AND execution_id < \(quarter.next.lowestID)
                    RETURNING \(columns)
                )
                INSERT INTO \(table) (\(columns)) SELECT \(columns) FROM moved;
                ALTER TABLE noetl.event ATTACH PARTITION \(table)
                    FOR VALUES FROM (\(quarter.lowestID)) TO (\(quarter.next.lowestID))
                """
        )
    }
}

extension Quarter {
    /// The snowflake ids of the quarter.
    fileprivate var ids: Range<Int64> { self.lowestID..<self.next.lowestID }
}

extension Duration {
    /// The duration in seconds, without a fraction.
    fileprivate var wholeSeconds: Double { Double(self.components.seconds) }
}
