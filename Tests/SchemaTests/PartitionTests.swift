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
    func `a quarter that has rows in the default partition already is left there`() async throws {
        let connection = try await ScratchDatabase.connect()
        try await connection.run(script: ExistingSchema.current.sql)
        let quarter = try await Self.currentQuarter(connection)
        try await connection.query(
            "INSERT INTO noetl.event (execution_id, event_id, catalog_id) VALUES ($1, 1, 1)",
            [.integer(quarter.lowestID + 5)]
        )
        let plan = try await Migrator(connection, logger: .quiet).migrate()
        let partitions = plan.changes.map(\.name).filter { $0.hasPrefix("partition") }
        #expect(partitions.count == 4)
        #expect(!partitions.contains("partition noetl.\(quarter.partitionName)"))
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
