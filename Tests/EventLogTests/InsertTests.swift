import EventLog
import Postgres
import TestSupport
import Testing

@Suite(.scratchDatabase, .timeLimit(.minutes(10)))
struct InsertTests {
    @Test
    func `every field is stored in its column`() async throws {
        let connection = try await ScratchDatabase.connect()
        let full = try envelope(
            #"""
            {"event_id": "1", "execution_id": 2, "catalog_id": 3, "parent_event_id": 4, "event_type": "step.exit",
            "node_id": "n\u00fc", "node_name": "", "node_type": "http", "status": "COMPLETED", "duration": "0.25",
            "context": {"a": 1}, "result": {"status": "ok"}, "meta": {"traceparent": "x"}, "error": "e\n",
            "stack_trace": "s", "tenant_id": 5, "organization_id": "o", "payload": {"x": 1},
            "timestamp": "2024-03-01T12:00:00.1234565+02:00"}
            """#
        )
        #expect(try await EventRepository(connection).insert([full]) == 1)
        let stored = try await connection.texts(
            """
            SELECT concat_ws('|', event_id, execution_id, catalog_id, parent_event_id, event_type, node_id, node_name,
                node_type, status, duration, context, result, meta, error, stack_trace, tenant_id, organization_id,
                created_at)
            FROM noetl.event
            """
        )
        let expected = """
            1|2|3|4|step.exit|nü||http|COMPLETED|0.25|{"a": 1}|{"status": "ok"}|{"traceparent": "x"}|e
            |s|5|o|2024-03-01 10:00:00.123457
            """
        #expect(stored == [expected])
    }

    @Test
    func `what is absent is NULL or its default, the time now in UTC whatever the session's zone`() async throws {
        let connection = try await ScratchDatabase.connect()
        try await connection.query("SET TimeZone = 'Asia/Kathmandu'")
        #expect(try await EventRepository(connection).insert([envelope(#"{"event_id": 1}"#)]) == 1)
        let stored = try await connection.texts(
            """
            SELECT concat_ws('|', execution_id, catalog_id, tenant_id, organization_id,
                num_nulls(parent_event_id, event_type, node_id, node_name, node_type, status, duration, context, result,
                    meta, error, stack_trace),
                (now() AT TIME ZONE 'UTC') - created_at BETWEEN '0' AND '1 hour')
            FROM noetl.event
            """
        )
        #expect(stored == ["0|0|default|default|12|t"])
    }

    @Test
    func `numbers inside objects are stored as written, whatever their size`() async throws {
        let connection = try await ScratchDatabase.connect()
        let context = #"{"a": 12345678901234567890123456789.012345678901, "b": 1.10, "c": 0.1, "d": 9007199254740993}"#
        _ = try await EventRepository(connection).insert([envelope(field: "context", context)])
        #expect(try await connection.texts("SELECT context FROM noetl.event") == [context])
    }

    @Test
    func `the first event of a key wins, in a batch and over time`() async throws {
        let connection = try await ScratchDatabase.connect()
        let events = EventRepository(connection)
        let first = try [
            envelope(#"{"event_id": 1, "execution_id": 1, "status": "first"}"#),
            envelope(#"{"event_id": 1, "execution_id": 1, "status": "second"}"#),
            envelope(#"{"event_id": 1, "execution_id": 2, "status": "other execution"}"#),
        ]
        #expect(try await events.insert(first) == 2)
        let later = try [
            envelope(#"{"event_id": 1, "execution_id": 1, "status": "third"}"#),
            envelope(#"{"event_id": 2, "execution_id": 1, "status": "new"}"#),
        ]
        #expect(try await events.insert(later) == 1)
        #expect(try await events.insert([]) == 0)
        #expect(
            try await connection.texts("SELECT status FROM noetl.event ORDER BY execution_id, event_id")
                == ["first", "new", "other execution"]
        )
    }

    @Test
    func `a batch is stored whole or not at all`() async throws {
        let connection = try await ScratchDatabase.connect()
        let batch = try [
            envelope(#"{"event_id": 1}"#), envelope(#"{"event_id": 2, "result": {"shape": "wrong"}}"#),
        ]
        let error = await #expect(throws: PostgresError.self) { try await EventRepository(connection).insert(batch) }
        #expect(error?.isDataError == true)
        #expect(try await connection.integer("SELECT count(*) FROM noetl.event") == 0)
    }

    @Test
    func `inserts at once with the same events in different orders end, and each event is stored once`() async throws {
        let batch = try (0..<200).map { try envelope(#"{"event_id": \#($0), "execution_id": \#($0 % 7 << 23)}"#) }
        let counts = try await withThrowingTaskGroup(of: Int.self) { group in
            for worker in 0..<6 {
                group.addTask {
                    let connection = try await ScratchDatabase.connect()
                    var inserted = 0
                    for round in 0..<10 {
                        var part = Array(batch[(round * 20)..<(round * 20 + 20)]) + batch.suffix(50)
                        if worker.isMultiple(of: 2) { part.reverse() } else { part.shuffle() }
                        inserted += try await EventRepository(connection).insert(part)
                    }
                    return inserted
                }
            }
            return try await group.reduce(0, +)
        }
        #expect(counts == 200)
        let connection = try await ScratchDatabase.connect()
        #expect(try await connection.integer("SELECT count(*) FROM noetl.event") == 200)
    }

    @Test
    func `insertion of overlapping batches takes its locks in one order`() async throws {
        // One holds key 2 and then wants key 3 by hand; a batch given as 3, 1 must not hold 3 while it waits for 2.
        let holder = try await ScratchDatabase.connect()
        let other = try await ScratchDatabase.connect()
        let process = try await other.serverProcess()
        try await holder.query("BEGIN")
        _ = try await EventRepository(holder).insert([envelope(#"{"event_id": 2}"#)])
        let batch = try [3, 2, 1].map { try envelope(#"{"event_id": \#($0)}"#) }
        async let inserted = EventRepository(other).insert(batch)
        let observer = try await ScratchDatabase.connect()
        try await eventually {
            try await observer.integer(
                "SELECT count(*) FROM pg_stat_activity WHERE pid = $1 AND wait_event_type = 'Lock'",
                [.integer(process)]
            ) == 1
        }
        #expect(try await EventRepository(holder).insert([envelope(#"{"event_id": 3}"#)]) == 1)
        try await holder.query("COMMIT")
        #expect(try await inserted == 1)
    }
}
