import EventLog
import Postgres
import TestSupport
import Testing

/// Everything that keeps a message from becoming an event ends with a reason of its own.
@Suite(.emptyDatabase, .timeLimit(.minutes(10)))
struct DeadLetterReasonTests {
    @Test
    func `each kind of bad message has its own clear reason, and costs no good one`() async throws {
        let connection = try await ScratchDatabase.connect()
        try await connection.run(script: ExistingSchema.current.sql)
        try await connection.query("CREATE INDEX ON noetl.event (node_name)")
        try await connection.migrate()
        let cases = Self.cases
        // Before, between and behind them, and one of 8 MiB with nothing wrong about it.
        var bodies: [[UInt8]] = []
        for (number, bad) in cases.enumerated() {
            bodies.append(Array(#"{"event_id": \#(number + 1000), "catalog_id": 1}"#.utf8))
            bodies.append(bad.body)
        }
        bodies.append(Self.large(#"{"event_id": 5000, "catalog_id": 1, "meta": {"a": ""#, #""}}"#))
        let outcome = try await Projecting.project(bodies)
        #expect(outcome == .init(projected: cases.count + 1, deadLetters: cases.count))
        let reasons = try await Projecting.reasons()
        let states = try await connection.texts(
            "SELECT sql_state FROM noetl.event_dead_letter ORDER BY stream_sequence"
        )
        try #require(reasons.count == cases.count)
        for (index, bad) in cases.enumerated() {
            #expect(reasons[index].hasPrefix(bad.reason), "\(reasons[index].prefix(200))")
            #expect(states[index] == bad.sqlState ?? "∅")
        }
        let stored = try await connection.texts("SELECT event_id FROM noetl.event WHERE event_id >= 1000 ORDER BY 1")
        #expect(stored == (0..<cases.count).map { String($0 + 1000) } + ["5000"])
    }

    /// A bad message, what its reason begins with, and the SQLSTATE where it was the database that refused it.
    private struct Bad {
        let body: [UInt8]
        let reason: String
        let sqlState: String?

        init(_ body: [UInt8], _ reason: String, _ sqlState: String? = nil) {
            self.body = body
            self.reason = reason
            self.sqlState = sqlState
        }

        init(_ body: String, _ reason: String, _ sqlState: String? = nil) {
            self.init(Array(body.utf8), reason, sqlState)
        }
    }

    /// A text of 8 MiB between two others.
    private static func large(_ start: String, _ end: String) -> [UInt8] {
        var body = Array(start.utf8)
        body.append(contentsOf: Array(repeating: UInt8(ascii: "x"), count: 8 << 20))
        body.append(contentsOf: end.utf8)
        return body
    }

    private static var cases: [Bad] {
        let long = String((0..<4000).map { _ in Character(Unicode.Scalar(UInt8.random(in: 0x61...0x7a))) })
        let deep = #"{"event_id": 1, "meta": "# + String(repeating: #"{"a":"#, count: 2000) + "1"
        let tooLarge = "the event holds a value that is too large for noetl.event or one of its indexes"
        return [
            Bad("", "the body is empty"),
            Bad(" \n", "the body is empty"),
            Bad("ARROW1\0\0x", "the body is Arrow data (arrow-feather), not JSON"),
            Bad([0xff, 0xff, 0xff, 0xff, 0x10, 0, 0, 0], "the body is Arrow data (arrow-feather), not JSON"),
            Bad([0x7b, 0xc3, 0x28, 0x7d], "the body is not JSON: The text is not valid UTF-8. (byte 1)"),
            Bad(#"{"event_id": 1"#, "the body is not JSON: The JSON text ends inside its value."),
            Bad(#"{"event_id": 1} {}"#, "the body is not JSON: Something follows the JSON value."),
            Bad(#"{"event_id": NaN}"#, "the body is not JSON: The text is not valid JSON."),
            Bad(deep + String(repeating: "}", count: 2001), "the body is not JSON: The JSON text is nested too deep."),
            Bad("[]", "the envelope must be an object"),
            Bad(#"{"event_type": "x"}"#, "event_id is required"),
            Bad(#"{"event_id": 18446744073709551616}"#, "event_id must be an integer within 64 bits"),
            Bad(#"{"event_id": 1, "execution_id": "1e3"}"#, "execution_id must be an integer"),
            Bad(#"{"event_id": 1, "duration": 1e400}"#, "duration must be a finite number"),
            Bad(#"{"event_id": 1, "error": "\u0000"}"#, "error holds U+0000"),
            Bad(#"{"event_id": 1, "context": {"a": "\ud800"}}"#, "context holds half of a surrogate pair"),
            Bad(#"{"event_id": 1, "result": []}"#, "result must be an object"),
            Bad(#"{"event_id": 1, "timestamp": "infinity"}"#, "timestamp must be an RFC 3339 time"),
            Bad(
                #"{"events": [{"event_id": 1, "catalog_id": 1}, {"event_id": 2, "status": 5}]}"#,
                "events[1].status must be a string"
            ),
            Bad(
                #"{"event_id": 1, "catalog_id": 1, "result": {"status": 5}}"#,
                "the event breaks the constraint chk_event_result_shape of noetl.event",
                "23514"
            ),
            Bad(
                #"{"event_id": 1, "catalog_id": 99}"#,
                "the event names a catalog_id that noetl.catalog does not have",
                "23503"
            ),
            Bad(
                #"{"event_id": 1, "catalog_id": 1, "context": {"a": 1e200000}}"#,
                "the event holds a value that noetl.event cannot store (SQLSTATE 22003)",
                "22003"
            ),
            Bad(#"{"event_id": 1, "catalog_id": 1, "node_name": "\#(long)"}"#, tooLarge, "54000"),
            Bad(
                #"{"event_id": 1, "catalog_id": 1, "node_name": "\#(String(repeating: long, count: 2100))"}"#,
                tooLarge,
                "54000"
            ),
            // All but the end is in order.
            Bad(
                Self.large(#"{"event_id": 1, "catalog_id": 1, "meta": {"a": ""#, #""}"#),
                "the body is not JSON: The JSON text ends inside its value."
            ),
        ]
    }

    @Test(arguments: ExistingSchema.allCases)
    func `an event without a catalog entry is stored where the foreign key exists`(schema: ExistingSchema) async throws
    {
        let connection = try await ScratchDatabase.connect()
        try await connection.run(script: schema.sql)
        try await connection.migrate()
        let bodies = [
            #"{"event_id": 100}"#, #"{"event_id": 101, "catalog_id": ""}"#, #"{"event_id": 102, "catalog_id": 1}"#,
            #"{"event_id": 103, "catalog_id": 7}"#,
        ]
        #expect(try await Projecting.project(bodies) == .init(projected: 3, deadLetters: 1))
        #expect(try await connection.texts("SELECT path FROM noetl.catalog WHERE catalog_id = 0") == ["none"])
        #expect(try await Projecting.reasons()[0].contains("(catalog_id)=(7)"))
    }

    @Test(arguments: ExistingSchema.allCases)
    func `the catalog's entry 0 is made also where the database finds fault with something else first`(
        schema: ExistingSchema
    ) async throws {
        let connection = try await ScratchDatabase.connect()
        try await connection.run(script: schema.sql)
        try await connection.migrate()
        let bodies = [
            #"{"event_id": 100, "catalog_id": 1, "context": {"a": 1e200000}}"#, #"{"event_id": 101}"#,
            #"{"event_id": 102, "catalog_id": 7}"#, #"{"event_id": 103}"#,
        ]
        #expect(try await Projecting.project(bodies) == .init(projected: 2, deadLetters: 2))
        #expect(try await connection.texts("SELECT path FROM noetl.catalog WHERE catalog_id = 0") == ["none"])
    }

    @Test
    func `where the catalog's entry 0 cannot be made, that is the reason`() async throws {
        let connection = try await ScratchDatabase.connect()
        try await connection.run(script: ExistingSchema.current.sql)
        try await connection.query("ALTER TABLE noetl.catalog ADD CHECK (catalog_id > 0)")
        try await connection.migrate()
        #expect(try await Projecting.project([#"{"event_id": 100}"#]) == .init(deadLetters: 1))
        #expect(
            try await Projecting.reasons()[0].hasPrefix(
                "the event names a catalog_id that noetl.catalog does not have: 0, which stands for none"
            )
        )
    }

    @Test
    func `a foreign key that is checked at the commit is found out about in time`() async throws {
        let connection = try await ScratchDatabase.connect()
        try await connection.run(
            script: ExistingSchema.older.sql.replacing(
                "REFERENCES noetl.catalog (catalog_id)",
                with: "REFERENCES noetl.catalog (catalog_id) DEFERRABLE INITIALLY DEFERRED"
            )
        )
        try await connection.migrate()
        let bodies = [#"{"event_id": 100, "catalog_id": 1}"#, #"{"event_id": 101, "catalog_id": 7}"#]
        #expect(try await Projecting.project(bodies) == .init(projected: 1, deadLetters: 1))
        #expect(try await Projecting.reasons()[0].contains("(catalog_id)=(7)"))
        #expect(try await connection.texts("SELECT event_id FROM noetl.event ORDER BY 1") == ["6", "100"])
    }

    @Test
    func `an event that no partition takes says so`() async throws {
        let connection = try await ScratchDatabase.connect()
        try await connection.run(script: ExistingSchema.current.sql)
        try await connection.migrate()
        try await connection.query("DROP TABLE noetl.event_default")
        let bodies = [#"{"event_id": 1, "execution_id": -5, "catalog_id": 1}"#, #"{"event_id": 2, "catalog_id": 1}"#]
        #expect(try await Projecting.project(bodies) == .init(projected: 1, deadLetters: 1))
        #expect(
            try await Projecting.reasons()[0].hasPrefix(
                "the event has an execution_id that no partition of noetl.event takes"
            )
        )
    }

    @Test
    func `what a trigger objects to is a dead letter with the trigger's words`() async throws {
        let connection = try await ScratchDatabase.connect()
        try await connection.run(script: ExistingSchema.older.sql)
        try await connection.migrate()
        try await connection.run(
            script: """
                CREATE FUNCTION noetl.object() RETURNS trigger LANGUAGE plpgsql AS $$
                BEGIN
                    IF NEW.event_id = 100 THEN RAISE EXCEPTION 'not on my watch'; END IF;
                    RETURN NEW;
                END
                $$;
                CREATE TRIGGER object BEFORE INSERT ON noetl.event FOR EACH ROW EXECUTE FUNCTION noetl.object()
                """
        )
        let bodies = [#"{"event_id": 100, "catalog_id": 1}"#, #"{"event_id": 101, "catalog_id": 1}"#]
        #expect(try await Projecting.project(bodies) == .init(projected: 1, deadLetters: 1))
        #expect(try await Projecting.reasons()[0].contains("not on my watch"))
    }
}
