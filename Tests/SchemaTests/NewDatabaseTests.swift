import Postgres
import TestSupport
import Testing

@testable import Schema

@Suite(.emptyDatabase, .timeLimit(.minutes(10)))
struct NewDatabaseTests {
    @Test
    func `a new database gets everything, and a second run finds nothing to do`() async throws {
        let connection = try await ScratchDatabase.connect()
        let plan = try await Migrator(connection, logger: .quiet).migrate()
        #expect(plan.changes.count == Migration.all.count + 1 + 5)
        let shape = try await DatabaseShape(of: connection)
        #expect(shape.tables.isSuperset(of: ["outbox", "event", "event_default", "event_dead_letter"]))
        #expect(shape.outboxIndexes.isSuperset(of: ownIndexes))
        #expect(shape.partitions.count == 6)
        #expect(try await connection.integer("SELECT count(*) FROM pg_index WHERE NOT indisvalid") == 0)

        let again = try await Migrator(connection, logger: .quiet).migrate()
        #expect(again.changes.isEmpty)
        #expect("\(again)" == "-- nothing to do: the database is up to date")
        #expect(try await DatabaseShape(of: connection) == shape)
    }

    @Test
    func `the plan lists the SQL and changes nothing`() async throws {
        let connection = try await ScratchDatabase.connect()
        let plan = try await Migrator(connection, logger: .quiet).plan()
        #expect(plan.changes.count == Migration.all.count + 1 + 5)
        let text = "\(plan)"
        for part in [
            "CREATE TABLE IF NOT EXISTS noetl.outbox", "outbox_lane_idx", "PARTITION OF noetl.event", "pg_notify",
        ] {
            #expect(text.contains(part), "\(part)")
        }
        #expect(try await connection.texts("SELECT to_regnamespace('noetl')") == ["∅"])
    }

    @Test
    func `what the plan lists is what migrating does`() async throws {
        let connection = try await ScratchDatabase.connect()
        let plan = try await Migrator(connection, logger: .quiet).plan()
        let done = try await Migrator(connection, logger: .quiet).migrate()
        #expect(plan.changes == done.changes)
    }

    @Test
    func `of several migrators at once one works and the others find it done`() async throws {
        let changes = try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<4 {
                group.addTask {
                    let connection = try await ScratchDatabase.connect()
                    return try await Migrator(connection, logger: .quiet).migrate().changes.count
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(changes.sorted() == [0, 0, 0, Migration.all.count + 1 + 5])
        let connection = try await ScratchDatabase.connect()
        #expect(try await connection.integer("SELECT count(*) FROM pg_index WHERE NOT indisvalid") == 0)
    }

    @Test
    func `an index whose building was interrupted is built again`() async throws {
        let connection = try await ScratchDatabase.connect()
        try await Migrator(connection, logger: .quiet).migrate()
        // What an interrupted CREATE INDEX CONCURRENTLY leaves behind, and a migration that has yet to be recorded.
        try await connection.query(
            "UPDATE pg_index SET indisvalid = false WHERE indexrelid::regclass::text LIKE 'noetl.outbox_%_idx'"
        )
        try await connection.query("DELETE FROM noetl.relay_migration WHERE version = 4")
        #expect(try await connection.integer("SELECT count(*) FROM pg_index WHERE NOT indisvalid") == 4)
        let plan = try await Migrator(connection, logger: .quiet).migrate()
        #expect(plan.changes.map(\.name) == ["4. \(Migration.outboxIndexes.name)"])
        #expect(try await connection.integer("SELECT count(*) FROM pg_index WHERE NOT indisvalid") == 0)
        #expect(try await DatabaseShape(of: connection).outboxIndexes.isSuperset(of: ownIndexes))
    }

    @Test
    func `the migrator lets go of its lock, also when it fails`() async throws {
        let connection = try await ScratchDatabase.connect()
        try await connection.run(script: "CREATE SCHEMA noetl; CREATE TABLE noetl.outbox (outbox_id bigint)")
        await #expect(throws: SchemaError.self) { try await Migrator(connection, logger: .quiet).migrate() }
        let other = try await ScratchDatabase.connect()
        try await eventually { try await Self.locks(other) == 0 }
        try await other.query("DROP TABLE noetl.outbox")
        try await Migrator(other, logger: .quiet).migrate()
        #expect(try await Self.locks(other) == 0)
    }

    @Test
    func `the result of an event must have the agreed shape`() async throws {
        let connection = try await ScratchDatabase.connect()
        try await Migrator(connection, logger: .quiet).migrate()
        let insert: Statement = """
            INSERT INTO noetl.event (execution_id, event_id, catalog_id, result) VALUES (1, $2, 0, $1::jsonb)
            """
        let good = ["null", #"{"status": "ok"}"#, #"{"status": "ok", "reference": {}, "context": {"a": 1}}"#]
        for (event, result) in good.enumerated() {
            let value = result == "null" ? nil : result
            try await connection.query(insert, [.text(value), .integer(Int64(event))])
        }
        let bad = [
            "[]", "3", "{}", #"{"status": 1}"#, #"{"status": "ok", "more": 1}"#, #"{"status": "ok", "context": []}"#,
            #"{"status": "ok", "reference": "x"}"#, #"{"context": {}}"#, #"{"status": null}"#,
        ]
        for (event, result) in bad.enumerated() {
            let error = await #expect(throws: PostgresError.self, "\(result)") {
                try await connection.query(insert, [.text(result), .integer(Int64(100 + event))])
            }
            #expect(error?.sqlState == "23514")
        }
    }

    /// How many advisory locks are held in the test's database.
    private static func locks(_ connection: PostgresConnection) async throws -> Int64 {
        try await connection.integer(
            """
            SELECT count(*)
            FROM pg_locks JOIN pg_database AS d ON d.oid = database
            WHERE locktype = 'advisory' AND datname = current_database()
            """
        )
    }
}
