import Postgres
import TestSupport
import Testing

@testable import Schema

@Suite(.emptyDatabase, .timeLimit(.minutes(10)))
struct PartitionTests {
    @Test
    func `this quarter and the next four have partitions, and rows land in theirs`() async throws {
        let connection = try await ScratchDatabase.connect()
        try await Migrator(connection, logger: .quiet).migrate()
        var quarter = try await Self.currentQuarter(connection)
        for _ in 0..<5 {
            for id in [quarter.lowestID, quarter.next.lowestID - 1] {
                #expect(try await Self.insert(id, on: connection) == "noetl.\(quarter.partitionName)")
            }
            quarter = quarter.next
        }
        for id in [quarter.lowestID, 0, -1, Int64.max] {
            #expect(try await Self.insert(id, on: connection) == "noetl.event_default")
        }
    }

    @Test
    func `partitions of somebody else's that cover a part of a quarter are respected`() async throws {
        let connection = try await ScratchDatabase.connect()
        try await connection.run(script: ExistingSchema.current.sql)
        let quarter = try await Self.currentQuarter(connection)
        let start = quarter.next.lowestID - 1000
        try await connection.run(
            script: """
                CREATE TABLE noetl.event_theirs PARTITION OF noetl.event
                    FOR VALUES FROM (\(start)) TO (\(quarter.next.next.lowestID));
                CREATE TABLE noetl.event_rest PARTITION OF noetl.event
                    FOR VALUES FROM (\(quarter.next.next.next.lowestID)) TO (MAXVALUE);
                """
        )
        let plan = try await Migrator(connection, logger: .quiet).migrate()
        let partitions = plan.changes.map(\.name).filter { $0.hasPrefix("partition") }
        #expect(partitions == ["partition noetl.\(quarter.next.next.partitionName)"])
        #expect(try await Migrator(connection, logger: .quiet).migrate().changes.isEmpty)
    }

    @Test
    func `rows that the default partition holds for a quarter are moved into its partition`() async throws {
        let connection = try await ScratchDatabase.connect()
        try await connection.run(script: ExistingSchema.current.sql)
        let quarter = try await Self.currentQuarter(connection)
        let ids = [quarter.lowestID, quarter.next.lowestID - 1, quarter.next.lowestID, -7]
        for id in ids {
            try await connection.query(
                """
                INSERT INTO noetl.event (execution_id, event_id, catalog_id, result, correlation_id)
                VALUES ($1, 1, 1, '{"status": "ok"}', 'c')
                """,
                [.integer(id)]
            )
        }
        let plan = try await Migrator(connection, logger: .quiet).migrate()
        #expect(plan.changes.map(\.name).filter { $0.hasPrefix("partition") }.count == 5)
        let places = try await connection.texts(
            """
            SELECT tableoid::regclass FROM noetl.event
            WHERE correlation_id = 'c' AND result = '{"status": "ok"}' ORDER BY execution_id
            """
        )
        #expect(
            places == [
                "noetl.event_default", "noetl.\(quarter.partitionName)", "noetl.\(quarter.partitionName)",
                "noetl.\(quarter.next.partitionName)",
            ]
        )
        // The key, the checks and the indexes of the table hold in it.
        for wrong in ["1, 1, NULL", "1, 1, '{}'", "2, 99, NULL"] {
            await #expect(throws: PostgresError.self) {
                try await connection.query(
                    Statement(
                        """
                        INSERT INTO noetl.event (execution_id, event_id, catalog_id, result)
                        VALUES (\(quarter.lowestID), \(wrong))
                        """
                    )
                )
            }
        }
        #expect(
            try await connection.integer(
                "SELECT count(*) FROM pg_indexes WHERE tablename = '\(quarter.partitionName)'"
            ) == 2
        )
    }

    @Test
    func `more rows than may be moved stay, and that is said`() async throws {
        let connection = try await ScratchDatabase.connect()
        try await connection.run(script: ExistingSchema.current.sql)
        let quarter = try await Self.currentQuarter(connection)
        try await connection.query(
            "INSERT INTO noetl.event (execution_id, event_id, catalog_id) SELECT $1, g, 1 FROM generate_series(1, 11) g",
            [.integer(quarter.lowestID)]
        )
        let careful = try await PartitionMaintainer(connection, maximumMove: 10).maintain()
        #expect(careful.changes.count == 4)
        #expect(careful.remarks.count == 1)
        #expect(careful.remarks.first?.contains("run relayctl partitions") == true)
        #expect(try await PartitionMaintainer(connection, maximumMove: 11).maintain().changes.count == 1)
        #expect(try await connection.integer("SELECT count(*) FROM ONLY noetl.event_default") == 0)
    }

    @Test
    func `a role that does not own the table is told whose it is, and nothing else happens`() async throws {
        let owner = try await ScratchDatabase.connect()
        try await owner.run(script: ExistingSchema.current.sql)
        let role = "guest_\(ScratchDatabase.name)"
        try await owner.run(
            script: """
                CREATE ROLE \(role) LOGIN;
                GRANT USAGE ON SCHEMA noetl TO \(role);
                GRANT ALL ON ALL TABLES IN SCHEMA noetl TO \(role)
                """
        )
        let guest = try await ScratchDatabase.connect()
        try await guest.query(Statement("SET ROLE \(role)"))
        let plan = try await PartitionMaintainer(guest).maintain()
        #expect(plan.changes.isEmpty)
        #expect(plan.remarks.count == 1)
        #expect(plan.remarks[0].contains("belongs to postgres"))
        #expect(try await PartitionMaintainer(owner).partitions().count == 2)
        await guest.close()
        try await owner.run(script: "DROP OWNED BY \(role); DROP ROLE \(role)")
    }

    @Test
    func `of several at once one makes each partition, and who does not wait leaves it to them`() async throws {
        let connection = try await ScratchDatabase.connect()
        try await connection.run(script: ExistingSchema.current.sql)
        try await connection.query("BEGIN")
        #expect(try await PartitionRepository(connection).lock(waits: false))
        let other = try await ScratchDatabase.connect()
        #expect(try await PartitionMaintainer(other, waits: false).maintain().changes.isEmpty)
        try await connection.query("COMMIT")
        let counts = try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<4 {
                group.addTask {
                    try await PartitionMaintainer(ScratchDatabase.connect()).maintain().changes.count
                }
            }
            return try await group.reduce(0, +)
        }
        #expect(counts == 5)
    }

    @Test
    func `partitions older than what is kept are dropped, unless they have a younger event`() async throws {
        let connection = try await ScratchDatabase.connect()
        try await connection.run(script: ExistingSchema.current.sql)
        try await connection.query("DROP TABLE noetl.event_2024")
        var past = Quarter(year: 2024, number: 1)
        var made: [Quarter] = []
        for _ in 0..<3 {
            try await connection.run(
                script: """
                    CREATE TABLE noetl.\(past.partitionName) PARTITION OF noetl.event
                        FOR VALUES FROM (\(past.lowestID)) TO (\(past.next.lowestID))
                    """
            )
            made.append(past)
            past = past.next
        }
        try await connection.query(
            Statement(
                """
                INSERT INTO noetl.event (execution_id, event_id, catalog_id, created_at) VALUES
                    (\(made[1].lowestID), 1, 1, '2024-05-01'), (\(made[2].lowestID), 1, 1, now() AT TIME ZONE 'UTC')
                """
            )
        )
        #expect(try await PartitionMaintainer(connection).maintain().changes.allSatisfy { !$0.name.hasPrefix("drop") })
        let day = Duration.seconds(86_400)
        let plan = try await PartitionMaintainer(connection, retention: day).maintain()
        // The third has an event that was written now: ids need not tell the time.
        #expect(
            plan.changes.map(\.name) == ["drop noetl.\(made[0].partitionName)", "drop noetl.\(made[1].partitionName)"]
        )
        #expect(plan.remarks.count == 1)
        let ever = try await PartitionMaintainer(connection, retention: .seconds(86_400 * 365 * 200)).maintain()
        #expect(ever.changes.isEmpty)
    }

    @Test
    func `a partition that gets a younger event while it is to be dropped is kept`() async throws {
        let connection = try await ScratchDatabase.connect()
        try await Migrator(connection, logger: .quiet).migrate()
        let past = Quarter(year: 2024, number: 1)
        try await connection.run(
            script: """
                CREATE TABLE noetl.\(past.partitionName) PARTITION OF noetl.event
                    FOR VALUES FROM (\(past.lowestID)) TO (\(past.next.lowestID))
                """
        )
        let writer = try await ScratchDatabase.connect()
        try await writer.query("BEGIN")
        #expect(try await Self.insert(past.lowestID, on: writer) == "noetl.\(past.partitionName)")
        let process = try await connection.serverProcess()
        let observer = try await ScratchDatabase.connect()
        async let plan = PartitionMaintainer(connection, retention: .seconds(86_400)).maintain()
        try await eventually {
            let waiting = "SELECT count(*) FROM pg_locks WHERE NOT granted AND pid = $1"
            return try await observer.integer(waiting, [.integer(process)]) == 1
        }
        try await writer.query("COMMIT")
        #expect(try await plan.changes.isEmpty)
        #expect(try await observer.integer("SELECT count(*) FROM noetl.event") == 1)
    }

    @Test
    func `a missing partition is made by the next run`() async throws {
        let connection = try await ScratchDatabase.connect()
        try await Migrator(connection, logger: .quiet).migrate()
        let quarter = try await Self.currentQuarter(connection).next
        try await connection.query(Statement("DROP TABLE noetl.\(quarter.partitionName)"))
        let plan = try await Migrator(connection, logger: .quiet).migrate()
        #expect(plan.changes.map(\.name) == ["partition noetl.\(quarter.partitionName)"])
    }

    private static func currentQuarter(_ connection: PostgresConnection) async throws -> Quarter {
        let now = "now() AT TIME ZONE 'UTC'"
        return Quarter(
            year: Int(try await connection.integer("SELECT extract(year FROM \(now))::bigint")),
            number: Int(try await connection.integer("SELECT extract(quarter FROM \(now))::bigint"))
        )
    }

    /// Inserts an event and returns the partition it is in.
    private static func insert(_ execution: Int64, on connection: PostgresConnection) async throws -> String? {
        try await connection.texts(
            """
            INSERT INTO noetl.event (execution_id, event_id, catalog_id) VALUES ($1, 1, 0)
            RETURNING tableoid::regclass
            """,
            [.integer(execution)]
        ).first
    }
}
