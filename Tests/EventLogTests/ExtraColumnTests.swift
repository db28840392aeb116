import Postgres
import RawJSON
import TestSupport
import Testing

@testable import EventLog

/// Columns of `noetl.event` that only some databases have.
@Suite(.emptyDatabase, .timeLimit(.minutes(10)))
struct ExtraColumnTests {
    @Test(arguments: ExistingSchema.allCases)
    func `fields fill the columns of their name, and what is absent has the column's default`(
        schema: ExistingSchema
    ) async throws {
        let connection = try await Self.adopt(schema)
        let bodies = [
            #"""
            {"event_id": 1, "execution_id": 7, "catalog_id": 1, "parent_execution_id": "9007199254740993",
            "current_index": "3", "current_item": {"a": 1.10}, "worker_id": "w\u00fc", "context_key": null,
            "trace_component": {"x": 1}, "event_time": "2024-03-01T12:00:00.123456789+02:00", "stream_id": 12,
            "schema_version": 5, "correlation_id": "c", "unheard_of": [1]}
            """#,
            #"{"event": {"event_id": 2, "execution_id": 7, "catalog_id": 1, "current_item": "item"}}"#,
            #"{"events": [{"event_id": 3, "execution_id": 7, "catalog_id": 1, "trace_component": "t"}]}"#,
        ]
        #expect(try await Projecting.project(bodies) == .init(projected: 3))
        let rows = try await connection.texts(
            """
            SELECT concat_ws('|', event_id, parent_execution_id, current_index, current_item, worker_id,
                coalesce(context_key, 'NULL'), trace_component, event_time AT TIME ZONE 'UTC', stream_id,
                schema_version, correlation_id)
            FROM noetl.event WHERE execution_id = 7 AND event_id = 1
            """
        )
        #expect(
            rows == [
                #"1|9007199254740993|3|{"a": 1.10}|wü|NULL|{"x": 1}|2024-03-01 10:00:00.123457|12|5|c"#
            ]
        )
        let defaults = try await connection.texts(
            """
            SELECT concat_ws('|', event_id, current_item, trace_component, schema_version,
                now() - event_time < '1 hour', now() - ingest_time < '1 hour')
            FROM noetl.event WHERE execution_id = 7 AND event_id > 1 ORDER BY event_id
            """
        )
        #expect(defaults == ["2|item|1|t|t", #"3|"t"|1|t|t"#])
    }

    @Test(
        arguments: [
            (#""current_index": 2147483648"#, "current_index must be an integer within 32 bits"),
            (#""current_index": -2147483649"#, "current_index must be an integer within 32 bits"),
            (#""current_index": "x""#, "current_index must be an integer"),
            (#""parent_execution_id": 9223372036854775808"#, "parent_execution_id must be an integer within 64 bits"),
            (#""event_time": "now""#, "event_time must be an RFC 3339 time"),
            (#""worker_id": "\u0000""#, "worker_id holds U+0000, which PostgreSQL cannot store"),
            (#""current_item": {"a": ["\ud800"]}"#, "current_item holds half of a surrogate pair"),
        ]
    )
    func `a field that does not fit its column is a dead letter that names it`(
        field: String,
        reason: String
    ) async throws {
        _ = try await Self.adopt(.current)
        let body = #"{"event_id": 1, "catalog_id": 1, \#(field)}"#
        #expect(try await Projecting.project([body]) == .init(deadLetters: 1))
        #expect(try await Projecting.reasons() == [reason])
    }

    @Test
    func `columns that no field can fill are left alone`() async throws {
        let connection = try await Self.adopt(.older)
        try await connection.run(
            script: """
                CREATE TYPE noetl.mood AS ENUM ('good');
                ALTER TABLE noetl.event ADD COLUMN mood noetl.mood,
                    ADD COLUMN twice bigint GENERATED ALWAYS AS (event_id * 2) STORED,
                    ADD COLUMN number bigint GENERATED ALWAYS AS IDENTITY,
                    ADD COLUMN "Odd name" varchar(3) DEFAULT 'odd', ADD COLUMN small smallint, ADD COLUMN f real
                """
        )
        let bodies = [
            #"{"event_id": 8, "catalog_id": 1, "mood": "bad", "twice": 1, "number": 9, "Odd name": "abc", "f": 0.5}"#,
            #"{"event_id": 9, "catalog_id": 1, "Odd name": "abcd"}"#, #"{"event_id": 10, "catalog_id": 1}"#,
            #"{"event_id": 11, "catalog_id": 1, "small": 32768}"#,
        ]
        #expect(try await Projecting.project(bodies) == .init(projected: 2, deadLetters: 2))
        #expect(
            try await connection.texts(
                #"SELECT concat_ws('|', twice, "Odd name", f) FROM noetl.event WHERE event_id IN (8, 10) ORDER BY 1"#
            ) == ["16|abc|0.5", "20|odd"]
        )
        let reasons = try await Projecting.reasons()
        #expect(reasons[0].contains("SQLSTATE 22001"))
        #expect(reasons[1] == "small must be an integer within 16 bits")
    }

    @Test
    func `a column that is dropped while the projector runs costs one batch an attempt`() async throws {
        let connection = try await Self.adopt(.older)
        let pool = ScratchDatabase.makePool()
        let service = ProjectionService(pool: pool)
        let body = #"{"event_id": 8, "catalog_id": 1, "worker_id": "w"}"#
        #expect(try await Projecting.project([body], service: service).projected == 1)
        try await connection.query("ALTER TABLE noetl.event DROP COLUMN worker_id")
        let other = body.replacing("8", with: "9")
        await #expect(throws: PostgresError.self) { try await Projecting.project([other], service: service) }
        #expect(try await Projecting.project([other], service: service).projected == 1)
        await pool.close()
    }

    @Test
    func `a table that is missing at first is known with all its columns once it is there`() async throws {
        let connection = try await Self.adopt(.older)
        let pool = ScratchDatabase.makePool()
        let service = ProjectionService(pool: pool)
        let body = #"{"event_id": 8, "catalog_id": 1, "worker_id": "w"}"#
        try await connection.query("ALTER TABLE noetl.event RENAME TO event_away")
        await #expect(throws: PostgresError.self) { try await Projecting.project([body], service: service) }
        try await connection.query("ALTER TABLE noetl.event_away RENAME TO event")
        #expect(try await Projecting.project([body], service: service).projected == 1)
        #expect(try await connection.texts("SELECT worker_id FROM noetl.event WHERE event_id = 8") == ["w"])
        await pool.close()
    }

    @Test
    func `a column of another type than before costs one batch an attempt`() async throws {
        let connection = try await Self.adopt(.older)
        let pool = ScratchDatabase.makePool()
        let service = ProjectionService(pool: pool)
        let body = #"{"event_id": 8, "catalog_id": 1, "worker_id": "w"}"#
        #expect(try await Projecting.project([body], service: service).projected == 1)
        try await connection.query(
            "ALTER TABLE noetl.event ALTER COLUMN worker_id TYPE jsonb USING to_jsonb(worker_id)"
        )
        let other = body.replacing("8", with: "9")
        await #expect(throws: PostgresError.self) { try await Projecting.project([other], service: service) }
        #expect(try await Projecting.project([other], service: service).projected == 1)
        await pool.close()
    }

    @Test
    func `what no event has anything for is not named in the statement`() throws {
        let column = EventColumn(name: "a", identifier: "a", type: "text", kind: .text, fallback: nil)
        let other = EventColumn(name: "b", identifier: "b", type: "text", kind: .text, fallback: nil)
        let table = EventTable(columns: [column, other])
        let cache = EventTableCache()
        let plain = try MessageContent(text: #"{"event_id": 1}"#, for: table).get()
        let filled = try MessageContent(text: #"{"event_id": 1, "b": "x"}"#, for: table).get()
        cache.noteUse(by: EventColumns(plain, for: table))
        #expect(cache.used(of: table) == [])
        cache.noteUse(by: EventColumns(plain + filled + plain, for: table))
        #expect(cache.used(of: table) == [1])
        cache.noteUse(by: EventColumns(plain, for: table))
        #expect(cache.used(of: table) == [1])
        #expect(cache.used(of: EventTable(columns: [other])) == [0])
    }

    private static func adopt(_ schema: ExistingSchema) async throws -> PostgresConnection {
        let connection = try await ScratchDatabase.connect()
        try await connection.run(script: schema.sql)
        try await connection.migrate()
        return connection
    }
}

extension MessageContent {
    fileprivate init(text: String, for table: EventTable) {
        var parser = JSONParser(indexingDepth: EventMessage.indexingDepth)
        self = Array(text.utf8).withUnsafeBytes { MessageContent(reading: $0, for: table, with: &parser) }
    }
}
