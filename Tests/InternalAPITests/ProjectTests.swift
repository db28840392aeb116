import RawJSON
import TestSupport
import Testing

@Suite(.scratchDatabase)
struct ProjectTests {
    @Test func `every field has its column`() async throws {
        try await API.with { api in
            let event = #"""
                {"event_id": 9223372036854775807, "execution_id": "-7", "catalog_id": 3.0, "parent_event_id": " 8 ",
                "event_type": "", "node_id": "n", "node_name": "ü🎉", "node_type": "t", "status": "s", "error": "e",
                "stack_trace": "line\nline", "duration": "1.5", "context": {"n": 1.10, "big": 123456789012345678901},
                "result": {"status": "ok", "context": {}}, "meta": {"a": []}, "payload": {"not": "stored"},
                "tenant_id": 42, "organization_id": "org", "timestamp": "2024-05-06T07:08:09.1234567+02:00",
                "created_at": "ignored", "trace_component": {"x": 1}, "unknown": [1]}
                """#
            let answer = try await api.project(#"{"events":[\#(event)]}"#)
            #expect(answer.status == 200)
            #expect(answer.text == #"{"projected":1,"duplicates":0}"#)
            let stored = try await api.database.cell(
                """
                SELECT concat_ws('|', event_id, execution_id, catalog_id, parent_event_id, event_type, node_id, node_name,
                    node_type, status, error, stack_trace, duration, context, result, meta, tenant_id, organization_id,
                    created_at)
                FROM noetl.event
                """
            )
            #expect(
                stored == #"9223372036854775807|-7|3|8||n|ü🎉|t|s|e|line"# + "\n"
                    + #"line|1.5|{"n": 1.10, "big": 123456789012345678901}|{"status": "ok", "context": {}}|"#
                    + #"{"a": []}|42|org|2024-05-06 05:08:09.123457"#
            )
        }
    }

    @Test(arguments: [
        #"{"event_id":1}"#,
        #"{"event_id":1,"execution_id":null,"catalog_id":"","parent_event_id":null,"tenant_id":"","organization_id":null}"#,
        #"{"event_id":true,"event_type":null,"duration":null,"context":null,"result":null,"timestamp":"","created_at":""}"#,
        #"{"event_id":2,"event_id":1}"#,
    ])
    func `what is absent, null or empty has a default`(event: String) async throws {
        try await API.with { api in
            #expect(try await api.project(#"{"events":[\#(event)]}"#).status == 200)
            let stored = try await api.database.cell(
                """
                SELECT concat_ws(' ', event_id, execution_id, catalog_id, coalesce(parent_event_id, -9), tenant_id,
                    organization_id, event_type IS NULL, duration IS NULL, context IS NULL, result IS NULL,
                    now() AT TIME ZONE 'UTC' - created_at BETWEEN interval '0' AND interval '1 min')
                FROM noetl.event
                """
            )
            #expect(stored == "1 0 0 -9 default default t t t t t")
        }
    }

    @Test(arguments: [
        (#""2024-02-29T23:59:59Z""#, "2024-02-29 23:59:59"), (#""2024-02-29t23:59:59z""#, "2024-02-29 23:59:59"),
        (#""2024-02-29 23:59:59""#, "2024-02-29 23:59:59"), (#""2024-02-29""#, "2024-02-29 00:00:00"),
        (#""2024-01-01T00:00:00+05:30""#, "2023-12-31 18:30:00"),
        (#""2024-01-01T00:00:00-08:00""#, "2024-01-01 08:00:00"),
        (#""2024-01-01T00:00:00.5Z""#, "2024-01-01 00:00:00.5"),
        (#""2024-01-01T00:00:00.9999995Z""#, "2024-01-01 00:00:01"),
        (#""2024-01-01T00:00:00.123456499Z""#, "2024-01-01 00:00:00.123456"),
        (#""0001-01-01T00:00:00Z""#, "0001-01-01 00:00:00"),
        (#""9999-12-31T23:59:59.999999Z""#, "9999-12-31 23:59:59.999999"),
    ])
    func `a time is stored in UTC`(timestamp: String, stored: String) async throws {
        try await API.with { api in
            _ = try await api.project(
                #"{"events":[{"event_id":1,"timestamp":\#(timestamp)},{"event_id":2,"created_at":\#(timestamp)}]}"#
            )
            #expect(try await api.database.column("SELECT created_at::text FROM noetl.event") == [stored, stored])
        }
    }

    @Test(arguments: [
        (#"{}"#, "missing at body.events.1.event_id"), (#"{"event_id":null}"#, "missing at body.events.1.event_id"),
        ("5", "model_attributes_type at body.events.1"), ("null", "model_attributes_type at body.events.1"),
        (#"{"event_id":"x"}"#, "int_parsing at body.events.1.event_id"),
        (#"{"event_id":1.5}"#, "int_from_float at body.events.1.event_id"),
        (#"{"event_id":[]}"#, "int_type at body.events.1.event_id"),
        (#"{"event_id":9223372036854775808}"#, "int_parsing_size at body.events.1.event_id"),
        (#"{"event_id":77,"execution_id":""}"#, "int_parsing at body.events.1.execution_id"),
        (
            #"{"event_id":77,"parent_event_id":"-9223372036854775809"}"#,
            "int_parsing_size at body.events.1.parent_event_id"
        ),
        (#"{"event_id":77,"event_type":5}"#, "string_type at body.events.1.event_type"),
        (#"{"event_id":77,"error":{}}"#, "string_type at body.events.1.error"),
        (#"{"event_id":77,"context":[]}"#, "dict_type at body.events.1.context"),
        (#"{"event_id":77,"payload":"x"}"#, "dict_type at body.events.1.payload"),
        (#"{"event_id":77,"duration":"fast"}"#, "float_parsing at body.events.1.duration"),
        (#"{"event_id":77,"duration":"NaN"}"#, "float_parsing at body.events.1.duration"),
        (#"{"event_id":77,"duration":1e400}"#, "float_parsing at body.events.1.duration"),
        (#"{"event_id":77,"tenant_id":[]}"#, "string_type at body.events.1.tenant_id"),
        (#"{"event_id":77,"timestamp":1700000000}"#, "datetime_parsing at body.events.1.timestamp"),
        (#"{"event_id":77,"timestamp":"2023-02-29T00:00:00Z"}"#, "datetime_parsing at body.events.1.timestamp"),
        (#"{"event_id":77,"timestamp":"infinity"}"#, "datetime_parsing at body.events.1.timestamp"),
        (#"{"event_id":77,"created_at":"now"}"#, "datetime_parsing at body.events.1.created_at"),
        (#"{"event_id":77,"node_name":"a\u0000"}"#, "value_error at body.events.1.node_name"),
        (#"{"event_id":77,"meta":{"a\u0000":1}}"#, "value_error at body.events.1.meta"),
        (#"{"event_id":77,"meta":{"a":["\udc00"]}}"#, "string_unicode at body.events.1.meta"),
    ])
    func `an envelope that cannot be stored is 422 and nothing is stored`(event: String, fault: String) async throws {
        try await API.with { api in
            let answer = try await api.project(#"{"events":[{"event_id":1},\#(event)]}"#)
            #expect(answer.status == 422)
            #expect(try answer.faults == [fault])
            #expect(answer.text.contains("event 1"))
            #expect(answer.text.contains("(event_id 77)") == event.contains(#""event_id":77"#))
            #expect(try await api.database.cell("SELECT count(*) FROM noetl.event") == "0")
        }
    }

    @Test(arguments: [
        ("{}", "missing at body.events"), (#"{"events":[]}"#, "too_short at body.events"),
        (#"{"events":{}}"#, "list_type at body.events"), (#"{"events":null}"#, "list_type at body.events"),
        (#"{"events":[{"event_id":1,"duration":NaN}]}"#, "json_invalid at body.36"),
    ])
    func `a malformed batch is 422`(body: String, fault: String) async throws {
        try await API.with { api in
            let answer = try await api.project(body)
            #expect(answer.status == 422)
            #expect(try answer.faults == [fault])
        }
    }

    @Test func `all envelopes that cannot be stored are named`() async throws {
        try await API.with { api in
            let answer = try await api.project(#"{"events":[{},{"event_id":1},{"event_id":"x"}]}"#)
            #expect(
                try answer.faults == ["missing at body.events.0.event_id", "int_parsing at body.events.2.event_id"]
            )
        }
    }

    @Test(arguments: 0..<7)
    func `an event that the database refuses is named and nothing is stored`(culprit: Int) async throws {
        try await API.with { api in
            let events = (0..<7).map { index in
                #"{"event_id":\#(100 + index),"result":{\#(index == culprit ? #""secret""# : #""status""#):"x"}}"#
            }
            let answer = try await api.project(#"{"events":[\#(events.joined(separator: ","))]}"#)
            #expect(answer.status == 422)
            #expect(try answer.faults == ["value_error at body.events.\(culprit)"])
            #expect(answer.text.contains("event \(culprit) (event_id \(100 + culprit)) breaks the constraint"))
            for word in ["secret", "INSERT", "SELECT", "Failing row"] { #expect(!answer.text.contains(word)) }
            #expect(try await api.database.cell("SELECT count(*) FROM noetl.event") == "0")
        }
    }

    @Test func `a key that is there already, or twice in a batch, is a duplicate and the first wins`() async throws {
        try await API.with { api in
            let first = #"{"events":[{"event_id":1,"status":"first"},{"event_id":1,"status":"first"},{"event_id":2}]}"#
            #expect(try await api.project(first).text == #"{"projected":2,"duplicates":1}"#)
            let second =
                #"{"events":[{"event_id":1,"status":"second"},{"event_id":1,"execution_id":5},{"event_id":3}]}"#
            #expect(try await api.project(second).text == #"{"projected":2,"duplicates":1}"#)
            let stored = try await api.database.cell(
                "SELECT status FROM noetl.event WHERE execution_id = 0 AND event_id = 1"
            )
            #expect(stored == "first")
        }
    }

    @Test func `overlapping batches in any order at once are all taken`() async throws {
        try await API.with { api in
            let events = (1...200).map { #"{"event_id":\#($0),"execution_id":\#($0 % 7)}"# }
            let projected = try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<16 {
                    let batch = events.shuffled().prefix(150).joined(separator: ",")
                    group.addTask {
                        let answer = try await api.project(#"{"events":[\#(batch)]}"#)
                        #expect(answer.status == 200)
                        return Int(try answer.json["projected"]?.rawText ?? "") ?? -1000
                    }
                }
                return try await group.reduce(0, +)
            }
            #expect(try await api.database.cell("SELECT count(*) FROM noetl.event") == "\(projected)")
        }
    }

    @Test func `a catalog entry that is not there is named`() async throws {
        let database = try await TestDatabase.withCatalog()
        try await API.with(database) { api in
            let answer = try await api.project(
                #"{"events":[{"event_id":1,"catalog_id":5},{"event_id":2,"catalog_id":6},{"event_id":3,"catalog_id":5}]}"#
            )
            #expect(answer.status == 422)
            #expect(try answer.faults == ["value_error at body.events.1"])
            #expect(answer.text.contains("catalog_id"))
            #expect(try await database.cell("SELECT count(*) FROM noetl.event") == "0")
        }
    }

    @Test func `the catalog entry that stands for none is made where the database allows it`() async throws {
        let database = try await TestDatabase.withCatalog()
        try await API.with(database) { api in
            let answer = try await api.project(#"{"events":[{"event_id":1}]}"#)
            #expect(answer.text == #"{"projected":1,"duplicates":0}"#)
            #expect(try await database.column("SELECT catalog_id FROM noetl.catalog ORDER BY 1") == ["0", "5"])
        }
    }

    @Test(arguments: ExistingSchema.allCases)
    func `a database that was there before takes events without a catalog entry`(schema: ExistingSchema) async throws {
        let database = try await TestDatabase()
        try await database.run("DROP SCHEMA noetl CASCADE")
        try await database.run(schema.sql)
        try await API.with(database) { api in
            let answer = try await api.project(#"{"events":[{"event_id":6,"execution_id":5},{"event_id":7}]}"#)
            #expect(answer.text == #"{"projected":1,"duplicates":1}"#)
            let stored = try await database.cell("SELECT event_type FROM noetl.event WHERE event_id = 6")
            #expect(stored == "playbook.completed")
        }
    }

    @Test func `the catalog entry that stands for none is asked for where the database does not allow it`() async throws
    {
        let database = try await TestDatabase.withCatalog()
        try await database.run("ALTER TABLE noetl.catalog ADD CHECK (catalog_id > 0)")
        try await API.with(database) { api in
            let answer = try await api.project(#"{"events":[{"event_id":1}]}"#)
            #expect(answer.status == 422)
            #expect(answer.text.contains("event 0 (event_id 1) names a catalog_id that noetl.catalog does not have: 0"))
        }
    }
}

extension TestDatabase {
    /// A database in which events refer to the catalog, as NoETL's own do; the catalog has the entry 5.
    fileprivate static func withCatalog() async throws -> TestDatabase {
        let database = try await TestDatabase()
        try await database.run(
            """
            CREATE TABLE noetl.resource (name varchar PRIMARY KEY, meta jsonb);
            CREATE TABLE noetl.catalog (
                catalog_id bigint PRIMARY KEY,
                path text NOT NULL,
                version smallserial NOT NULL,
                kind varchar NOT NULL REFERENCES noetl.resource (name),
                UNIQUE (path, version)
            );
            INSERT INTO noetl.resource (name) VALUES ('playbook');
            INSERT INTO noetl.catalog (catalog_id, path, kind) VALUES (5, 'a/playbook', 'playbook');
            ALTER TABLE noetl.event ADD FOREIGN KEY (catalog_id) REFERENCES noetl.catalog (catalog_id)
            """
        )
        return database
    }
}
