import Postgres
import TestSupport
import Testing

@testable import Schema

@Suite(.emptyDatabase, .timeLimit(.minutes(10)))
struct AdoptionTests {
    @Test(arguments: ExistingSchema.allCases)
    func `an existing database keeps its columns, its rows and its own indexes`(schema: ExistingSchema) async throws {
        let connection = try await ScratchDatabase.connect()
        try await connection.run(script: schema.sql)
        let before = try await DatabaseShape(of: connection)
        let plan = try await Migrator(connection, logger: .quiet).plan()
        #expect(try await DatabaseShape(of: connection) == before)

        let done = try await Migrator(connection, logger: .quiet).migrate()
        #expect(done.changes == plan.changes)
        let after = try await DatabaseShape(of: connection)
        #expect(after.columns == before.columns)
        #expect(after.tables.isSuperset(of: before.tables))
        #expect(
            after.outboxIndexes == before.outboxIndexes.subtracting(["idx_outbox_execution_event"]).union(ownIndexes)
        )
        #expect(try await connection.texts("SELECT event_type FROM noetl.event") == ["playbook.completed"])
        #expect(try await connection.texts("SELECT status FROM noetl.outbox") == ["PENDING"])
        #expect(try await Migrator(connection, logger: .quiet).migrate().changes.isEmpty)
    }

    @Test
    func `a partitioned event table gets the partitions that its own do not cover`() async throws {
        let connection = try await ScratchDatabase.connect()
        try await connection.run(script: ExistingSchema.current.sql)
        let before = try await DatabaseShape(of: connection).partitions
        try await Migrator(connection, logger: .quiet).migrate()
        let after = try await DatabaseShape(of: connection).partitions
        #expect(Set(after).isSuperset(of: before))
        #expect(after.count == before.count + 5)
    }

    @Test
    func `an event table in one piece stays in one piece, and the plan says so`() async throws {
        let connection = try await ScratchDatabase.connect()
        try await connection.run(script: ExistingSchema.older.sql)
        let plan = try await Migrator(connection, logger: .quiet).migrate()
        #expect(plan.remarks == ["noetl.event is not partitioned by execution_id; it is used as it is"])
        #expect("\(plan)".hasPrefix("-- noetl.event is not partitioned"))
        #expect(try await DatabaseShape(of: connection).partitions.isEmpty)
    }

    @Test(arguments: ["outbox", "event"])
    func `a table of that name that is somebody else's is refused, naming what it lacks`(table: String) async throws {
        let connection = try await ScratchDatabase.connect()
        try await connection.run(script: ExistingSchema.current.sql)
        try await connection.run(script: "ALTER TABLE noetl.\(table) DROP COLUMN status CASCADE")
        let before = try await DatabaseShape(of: connection)
        for run in ["plan", "migrate"] {
            let own = try await ScratchDatabase.connect()
            let migrator = Migrator(own, logger: .quiet)
            let error = await #expect(throws: SchemaError.self) {
                if run == "plan" { _ = try await migrator.plan() } else { try await migrator.migrate() }
            }
            #expect(error?.table == "noetl.\(table)")
            #expect(error?.missing == ["status"])
            #expect(error?.description.contains("noetl.\(table) exists and lacks status") == true)
        }
        #expect(try await DatabaseShape(of: connection) == before)
    }

    @Test
    func `vacuuming is set, but for what an operator has set`() async throws {
        let connection = try await ScratchDatabase.connect()
        try await connection.run(script: ExistingSchema.current.sql)
        try await connection.run(
            script: "ALTER TABLE noetl.outbox SET (fillfactor = 80, autovacuum_vacuum_threshold = 7)"
        )
        try await Migrator(connection, logger: .quiet).migrate()
        let options = try await connection.texts(
            "SELECT unnest(reloptions) FROM pg_class WHERE oid = 'noetl.outbox'::regclass"
        )
        #expect(options.count == 9)
        for option in [
            "fillfactor=80", "autovacuum_vacuum_threshold=7", "autovacuum_vacuum_scale_factor=0.01",
            "vacuum_truncate=false",
        ] {
            #expect(options.contains(option), "\(options)")
        }
    }
}
