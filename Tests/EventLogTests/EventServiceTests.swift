import EventLog
import Postgres
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(10)))
struct EventServiceTests {
    @Test(.scratchDatabase)
    func `what is new is stored and the rest are duplicates`() async throws {
        let pool = ScratchDatabase.makePool()
        let service = EventService(pool: pool)
        let batch = try [1, 1, 2].map { try envelope(#"{"event_id": \#($0)}"#) }
        let first = try await service.project(batch)
        #expect(first == (2, 1))
        let second = try await service.project(batch)
        #expect(second == (0, 3))
        await pool.close()
    }

    @Test(.scratchDatabase, arguments: [0, 3, 6])
    func `an event that is refused is named, and nothing is stored`(place: Int) async throws {
        let pool = ScratchDatabase.makePool()
        let batch = try (0..<7).map { number in
            try envelope(#"{"event_id": \#(number + 10), "result": \#(number == place ? "{}" : "null")}"#)
        }
        let error = try await #require(throws: RefusedEvent.self) { try await EventService(pool: pool).project(batch) }
        #expect(error.index == place)
        #expect(error.eventID == Int64(place + 10))
        #expect(error.reason.contains("event \(place) (event_id \(place + 10))"))
        #expect(error.reason.contains("event_result_shape"))
        let connection = try await ScratchDatabase.connect()
        #expect(try await connection.integer("SELECT count(*) FROM noetl.event") == 0)
        await pool.close()
    }

    @Test(.emptyDatabase, arguments: ExistingSchema.allCases)
    func `an event without a catalog entry is not blamed for one that is bad`(schema: ExistingSchema) async throws {
        let connection = try await ScratchDatabase.connect()
        try await connection.run(script: schema.sql)
        let pool = ScratchDatabase.makePool()
        let batch = try [
            #"{"event_id": 100}"#, #"{"event_id": 101}"#,
            #"{"event_id": 102, "catalog_id": 1, "context": {"a": 1e200000}}"#,
        ].map { try envelope($0) }
        let error = await #expect(throws: RefusedEvent.self) { try await EventService(pool: pool).project(batch) }
        #expect(error?.index == 2)
        #expect(try await EventService(pool: pool).project(Array(batch[..<2])) == (2, 0))
        await pool.close()
    }

    @Test(.emptyDatabase, arguments: ExistingSchema.allCases)
    func `a catalog entry that the database does not have refuses the event`(schema: ExistingSchema) async throws {
        let connection = try await ScratchDatabase.connect()
        try await connection.run(script: schema.sql)
        let pool = ScratchDatabase.makePool()
        let service = EventService(pool: pool)
        let known = try envelope(#"{"event_id": 100, "execution_id": 5, "catalog_id": 1}"#)
        let stored = try await service.project([known])
        #expect(stored == (1, 0))
        let unknown = try envelope(#"{"event_id": 101, "execution_id": 5, "catalog_id": 2}"#)
        let error = await #expect(throws: RefusedEvent.self) { try await service.project([known, unknown]) }
        #expect(error?.error.sqlState == "23503")
        #expect(error?.index == 1)
        #expect(error?.reason.contains("catalog_id") == true)
        await pool.close()
    }

    @Test(.emptyDatabase)
    func `in an older database the event's id alone is the key`() async throws {
        let connection = try await ScratchDatabase.connect()
        try await connection.run(script: ExistingSchema.older.sql)
        let events = try [7, 8].map { try envelope(#"{"event_id": 9, "execution_id": \#($0), "catalog_id": 1}"#) }
        #expect(try await EventRepository(connection).insert(events) == 1)
        #expect(try await connection.texts("SELECT execution_id FROM noetl.event WHERE event_id = 9") == ["7"])
    }
}
