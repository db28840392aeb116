import Postgres
import Waiting

/// The SQL over the partitions of `noetl.event`, on one connection.
struct PartitionRepository: Sendable {
    /// The advisory lock that one who changes partitions holds: "noetl-pa" in ASCII.
    private static let lockKey: Int64 = 0x6e6f_6574_6c2d_7061

    private let connection: PostgresConnection

    init(_ connection: PostgresConnection) {
        self.connection = connection
    }

    /// Whether the table is there and partitioned by ranges of `execution_id`.
    func isPartitioned() async throws -> Bool {
        try await self.connection.query(Self.isPartitioned).boolean(row: 0, column: 0)
    }

    /// Who owns the table, where that is somebody else than this session's role or one it is a member of.
    func foreignOwner() async throws -> String? {
        let result = try await self.connection.query(Self.foreignOwner)
        return result.rowCount > 0 ? result.text(row: 0, column: 0) : nil
    }

    /// The partitions in the order of their bounds, the default one last.
    func partitions() async throws -> [EventPartition] {
        let result = try await self.connection.query(Self.partitions)
        return try (0..<result.rowCount).map { row in
            EventPartition(
                name: result.text(row: row, column: 0) ?? "",
                isDefault: result.boolean(row: row, column: 1),
                low: try result.integer(row: row, column: 2),
                high: try result.integer(row: row, column: 3),
                firstDay: result.text(row: row, column: 4),
                endDay: result.text(row: row, column: 5),
                estimatedRows: try result.requiredInteger(row: row, column: 6),
                bytes: try result.requiredInteger(row: row, column: 7)
            )
        }
    }

    /// The quarter that it is now, by the server's clock and in UTC.
    func currentQuarter() async throws -> Quarter {
        let now = try await self.connection.query(Self.now)
        return Quarter(
            year: Int(try now.requiredInteger(row: 0, column: 0)),
            month: Int(try now.requiredInteger(row: 0, column: 1))
        )
    }

    /// How many rows of a partition are of a range of executions, counted no further than a limit.
    func count(in partition: String, _ range: Range<Int64>, upTo limit: Int) async throws -> Int {
        let result = try await self.connection.query(
            """
            SELECT count(*)
            FROM (
                SELECT FROM \(partition) WHERE execution_id >= $1 AND execution_id < $2 LIMIT $3
            ) AS counted
            """,
            [.integer(range.lowerBound), .integer(range.upperBound), .integer(Int64(limit))],
            deadline: .after(PartitionMaintainer.timeout)
        )
        return Int(try result.requiredInteger(row: 0, column: 0))
    }

    /// The lowest snowflake id of a time that lies so many seconds back; 0 for times before there were any.
    func lowestID(secondsAgo seconds: Double) async throws -> Int64 {
        try await self.connection.query(Self.lowestID, [.double(seconds)]).requiredInteger(row: 0, column: 0)
    }

    /// Whether a partition has an event of the last so many seconds.
    func hasEvent(in partition: String, youngerThan seconds: Double) async throws -> Bool {
        try await self.connection.query(
            Statement("SELECT EXISTS (\(Self.eventsYounger(than: "$1", in: partition)))"),
            [.double(seconds)],
            deadline: .after(PartitionMaintainer.timeout)
        ).boolean(row: 0, column: 0)
    }

    /// SQL for the events of the last so many seconds, an expression, in a partition.
    static func eventsYounger(than seconds: String, in partition: String) -> String {
        "SELECT FROM \(partition) WHERE created_at >= now() AT TIME ZONE 'UTC' - make_interval(secs => \(seconds))"
    }

    /// The columns that rows are copied by.
    func columns() async throws -> [String] {
        let result = try await self.connection.query(Self.columns)
        return (0..<result.rowCount).compactMap { result.text(row: $0, column: 0) }
    }

    /// Takes the lock of those who change partitions until the transaction ends.
    ///
    /// - Returns: Whether it is ours; always where `waits`.
    func lock(waits: Bool) async throws -> Bool {
        guard waits else {
            return try await self.connection.query(Self.tryLock, [.integer(Self.lockKey)]).boolean(row: 0, column: 0)
        }
        try await self.connection.query(
            Self.lock,
            [.integer(Self.lockKey)],
            deadline: .after(PartitionMaintainer.timeout)
        )
        return true
    }

    private static let isPartitioned: Statement = """
        SELECT EXISTS (
            SELECT
            FROM pg_partitioned_table AS p
            JOIN pg_attribute AS a ON a.attrelid = p.partrelid AND a.attnum = p.partattrs[0]
            WHERE p.partrelid = to_regclass('noetl.event')
                AND p.partstrat = 'r'
                AND p.partnatts = 1
                AND a.attname = 'execution_id'
        )
        """

    private static let foreignOwner: Statement = """
        SELECT pg_get_userbyid(relowner)::text
        FROM pg_class
        WHERE oid = to_regclass('noetl.event')
            AND NOT (pg_has_role(relowner, 'USAGE') AND has_schema_privilege('noetl', 'CREATE'))
        """

    // The bounds are read from what pg_get_expr prints: FOR VALUES FROM ('1') TO ('2').
    private static let partitions: Statement = """
        SELECT format('%I.%I', n.nspname, c.relname), bound = 'DEFAULT', low[1]::bigint, high[1]::bigint,
            \(Self.day("low[1]")), \(Self.day("high[1]")),
            greatest(c.reltuples, 0)::bigint, pg_total_relation_size(c.oid)
        FROM pg_inherits AS i
        JOIN pg_class AS c ON c.oid = i.inhrelid
        JOIN pg_namespace AS n ON n.oid = c.relnamespace
        CROSS JOIN LATERAL pg_get_expr(c.relpartbound, c.oid) AS bound
        LEFT JOIN LATERAL regexp_match(bound, 'FROM \\(''?(-?\\d+)''?\\)') AS low ON true
        LEFT JOIN LATERAL regexp_match(bound, 'TO \\(''?(-?\\d+)''?\\)') AS high ON true
        WHERE i.inhparent = to_regclass('noetl.event')
        ORDER BY bound = 'DEFAULT', low[1]::bigint NULLS FIRST
        """

    /// The day on which an execution with an id began.
    private static func day(_ id: String) -> String {
        "to_char(timestamp '2024-01-01' + (\(id)::bigint >> 23) * interval '1 millisecond', 'YYYY-MM-DD')"
    }

    private static let now: Statement = """
        SELECT extract(year FROM now() AT TIME ZONE 'UTC')::bigint, extract(month FROM now() AT TIME ZONE 'UTC')::bigint
        """

    private static let lowestID: Statement = """
        SELECT greatest(
            0,
            floor(extract(epoch FROM now() - make_interval(secs => $1) - timestamptz '2024-01-01 00:00Z') * 1000)
        )::bigint << 23
        """

    private static let columns: Statement = """
        SELECT quote_ident(attname)
        FROM pg_attribute
        WHERE attrelid = to_regclass('noetl.event') AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
        ORDER BY attnum
        """

    private static let tryLock: Statement = "SELECT pg_try_advisory_xact_lock($1)"
    private static let lock: Statement = "SELECT pg_advisory_xact_lock($1)"
}
