import InMemoryLogging
import JetStream
import Logging
import Postgres
import ServiceRuntime
import Synchronization
import TestSupport
import Testing

@testable import Projector

@Suite(.scratchDatabase, .scratchStream, .timeLimit(.minutes(10)))
struct WorkerTests {
    @Test
    func `the lag is from an event's own time to its commit, to the second`() async throws {
        let connection = try await ScratchStream.make()
        let database = try await ScratchDatabase.connect()
        try await database.query("ALTER TABLE noetl.event ADD COLUMN ingest_time timestamptz NOT NULL DEFAULT now()")
        let before = try await database.texts(
            "SELECT to_char(clock_timestamp() - interval '1 hour', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"+00:00\"')"
        )[0]
        try await connection.publish(#"{"event_id": 1, "timestamp": "\#(before)"}"#, to: Self.subject)
        try await withWorker { worker in
            try await eventually { worker.metric("noetl_projector_lag_seconds_count") == 1 }
            let measured = worker.metric("noetl_projector_lag_seconds_sum")
            // By hand: the commit lies between the transaction's start, which the row was given as time of ingestion,
            // and now.
            let bounds = try await database.query(
                """
                SELECT extract(epoch FROM ingest_time AT TIME ZONE 'UTC' - created_at),
                    extract(epoch FROM clock_timestamp() AT TIME ZONE 'UTC' - created_at)
                FROM noetl.event
                """
            )
            let start = try #require(Double(bounds.text(row: 0, column: 0) ?? ""))
            let now = try #require(Double(bounds.text(row: 0, column: 1) ?? ""))
            #expect(start >= 3600)
            #expect(measured >= start)
            #expect(measured <= now)
        }
    }

    @Test
    func `a stream read again from its start adds nothing and counts duplicates`() async throws {
        let connection = try await ScratchStream.make()
        for number in 0..<50 {
            let body = number % 10 == 3 ? "bad" : #"{"event_id": \#(number)}"#
            try await connection.publish(body, to: Self.subject)
        }
        try await withWorker { worker in
            try await eventually { try await Self.isDone(connection) }
            #expect(worker.metric("noetl_projector_projected_total") == 45)
            #expect(worker.metric("noetl_projector_duplicates_total") == 0)
        }
        try await connection.deleteConsumer("noetl-projector", stream: ScratchStream.name)
        try await withWorker { worker in
            try await eventually { try await Self.isDone(connection) }
            #expect(worker.metric("noetl_projector_projected_total") == 0)
            #expect(worker.metric("noetl_projector_duplicates_total") == 45)
            #expect(worker.metric("noetl_projector_lag_seconds_count") == 0)
        }
        let database = try await ScratchDatabase.connect()
        #expect(try await database.integer("SELECT count(*) FROM noetl.event") == 45)
        #expect(try await database.integer("SELECT count(*) FROM noetl.event_dead_letter") == 5)
        #expect(
            try await database.texts("SELECT convert_from(headers, 'UTF8') FROM noetl.event_dead_letter LIMIT 1") == [
                "∅"
            ]
        )
    }

    @Test
    func `a consumer that is deleted at run time is made again, and no broker is said to be down`() async throws {
        let connection = try await ScratchStream.make()
        let log = InMemoryLogHandler()
        try await connection.publish(#"{"event_id": 1}"#, to: Self.subject)
        try await withWorker(logger: Logger(label: "tests") { _ in log }) { worker in
            try await eventually { worker.metric("noetl_projector_projected_total") == 1 }
            try await connection.deleteConsumer("noetl-projector", stream: ScratchStream.name)
            try await connection.publish(#"{"event_id": 2}"#, to: Self.subject)
            try await eventually { worker.metric("noetl_projector_projected_total") == 2 }
            try await eventually { worker.metric("noetl_projector_duplicates_total") == 1 }
        }
        #expect(!log.entries.contains { "\($0.message)".hasPrefix("Dependency is down") })
    }

    @Test
    func `a stream that is deleted at run time is made again as it was`() async throws {
        let connection = try await ScratchStream.connect()
        let configuration = StreamConfiguration(
            name: ScratchStream.name,
            subjects: ["\(ScratchStream.prefix).>", "\(ScratchStream.prefix)-other.*"],
            maximumAge: .seconds(3600),
            duplicateWindow: .seconds(30)
        )
        try await connection.addStream(configuration)
        try await connection.publish(#"{"event_id": 1}"#, to: Self.subject)
        try await withWorker { worker in
            try await eventually { worker.metric("noetl_projector_projected_total") == 1 }
            try await connection.deleteStream(ScratchStream.name)
            try await eventually { try await connection.streamInfo(ScratchStream.name) != nil }
            try await connection.publish(#"{"event_id": 2}"#, to: Self.subject)
            try await eventually { worker.metric("noetl_projector_projected_total") == 2 }
        }
        let info = try #require(try await connection.streamInfo(ScratchStream.name))
        #expect(info.subjects == configuration.subjects)
        #expect(info.maximumAge == .seconds(3600))
        #expect(info.duplicateWindow == .seconds(30))
    }

    @Test
    func `a stream with limits that is deleted at run time is left to whoever made it`() async throws {
        let connection = try await ScratchStream.connect()
        let name = ScratchStream.name
        try await connection.request(
            "STREAM.CREATE.\(name)",
            body: """
                {"name": "\(name)", "subjects": ["\(ScratchStream.prefix).>"], "storage": "file", "max_bytes": 1000000, \
                "discard": "new"}
                """
        )
        try await connection.publish(#"{"event_id": 1}"#, to: Self.subject)
        let log = InMemoryLogHandler()
        try await withWorker(logger: Logger(label: "tests") { _ in log }) { worker in
            try await eventually { worker.metric("noetl_projector_projected_total") == 1 }
            try await connection.deleteStream(name)
            try await eventually { log.entries.contains { "\($0.metadata["error"] ?? "")".contains("does not exist") } }
            #expect(try await connection.streamInfo(name) == nil)
        }
    }

    @Test(arguments: [false, true])
    func `shards have each message once among them`(isBrokerSide: Bool) async throws {
        let connection = try await ScratchStream.make()
        let count = 92
        for number in 0..<count {
            // The last two are rows' own subjects, or of a time with more shards.
            let shard = ["\(number % 3)", "done", "7"][max(0, number - 89)]
            let subject = "\(ScratchStream.prefix).t.o.\(number).\(shard)"
            try await connection.publish(#"{"event_id": \#(number)}"#, to: subject)
        }
        let projected = Mutex(0.0)
        for index in 0..<3 {
            var environment = [
                "NOETL_PROJECTOR_SHARD_COUNT": "3", "NOETL_PROJECTOR_SHARD_ID": "projector-\(index)",
                "NOETL_PROJECTOR_NATS_SUBJECT": "\(ScratchStream.prefix).*.*.*.*",
            ]
            if isBrokerSide { environment["NOETL_EVENT_NATS_SHARD_COUNT"] = "3" }
            let consumer = "noetl-projector-\(index)-of-3\(isBrokerSide ? "-by-subject" : "")"
            try await withWorker(environment) { worker in
                try await eventually { try await Self.isDone(connection, consumer) }
                projected.withLock { $0 += worker.metric("noetl_projector_projected_total") }
                #expect(worker.metric("noetl_projector_duplicates_total") == 0)
            }
            let info = try await connection.consumerInfo(stream: ScratchStream.name, consumer: consumer)
            #expect(info?.deliveries == UInt64(isBrokerSide && index > 0 ? 30 : count))
        }
        #expect(projected.withLock { $0 } == Double(count))
        let database = try await ScratchDatabase.connect()
        #expect(try await database.integer("SELECT count(*) FROM noetl.event") == Int64(count))
    }

    @Test
    func `a consumer that would lose messages is not used`() async throws {
        let connection = try await ScratchStream.make()
        try await connection.addConsumer(
            ConsumerConfiguration(name: "noetl-projector", isAcknowledged: false),
            stream: ScratchStream.name
        )
        try await withWorker { worker in
            try await eventually {
                worker.health.readinessFaults.contains { $0.fault.contains("acknowledges explicitly") }
            }
        }
    }

    private static var subject: String { "\(ScratchStream.prefix).a" }

    /// Whether a consumer has delivered everything and had it acknowledged.
    private static func isDone(
        _ connection: NATSConnection,
        _ consumer: String = "noetl-projector"
    ) async throws -> Bool {
        let info = try await connection.consumerInfo(stream: ScratchStream.name, consumer: consumer)
        return info.map { $0.pending == 0 && $0.acknowledgementsPending == 0 && $0.deliveries > 0 } ?? false
    }
}
