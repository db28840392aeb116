import JetStream
import Postgres
import Waiting

/// Compares what is published, what the stream holds and what was projected, while all of it goes on.
///
/// The order of its looks keeps what happens meanwhile from seeming a fault: the rows marked PUBLISHED first, then the
/// stream, which has them all; what the projector has acknowledged before the events, among which that must be.
struct Verification: Sendable {
    /// A query over everything that is retained takes its time.
    private static let timeout = Duration.seconds(3600)

    private let settings: OperatorSettings

    init(_ settings: OperatorSettings) {
        self.settings = settings
    }

    /// Reads and compares.
    ///
    /// - Throws: `NATSError`, also where there is no stream, or it stops sending before its end; `PostgresError`.
    func run() async throws -> VerifyReport {
        let broker = try await NATSConnection.connect(self.settings.nats)
        let database = try await PostgresConnection.connect(self.settings.database, logger: .quiet)
        try await database.query("BEGIN")
        try await self.notePublishedRows(try await self.stream(broker), on: database)
        let last = try await self.stream(broker).lastSequence
        let consumers = try await ProjectorConsumers(
            self.settings.consumer,
            stream: self.settings.stream,
            on: broker
        )
        try await self.noteMessages(broker, projecting: consumers.filters, on: database)
        let report = try await self.compare(consumers, acknowledged: consumers.acknowledged(upTo: last), on: database)
        await database.rollBack()
        await database.close()
        await broker.close()
        return report
    }

    private func stream(_ broker: NATSConnection) async throws -> StreamInfo {
        guard let stream = try await broker.streamInfo(self.settings.stream) else {
            throw NATSError(.notFound, "there is no stream \(self.settings.stream)")
        }
        return stream
    }

    /// Takes note of the published rows whose messages the stream must still have.
    ///
    /// A row's `published_at` is at most a lease away from when its message was stored. Where the stream has lost nothing
    /// yet, that is every row since it was made.
    private func notePublishedRows(_ stream: StreamInfo, on database: PostgresConnection) async throws {
        let isWhole = stream.firstSequence <= 1
        let since =
            isWhole ? stream.createdAt : (stream.firstMessageAt ?? stream.createdAt) + self.settings.lease.seconds
        try await database.query(Self.makeTables, deadline: .after(Self.timeout))
        try await database.query(Self.makeMessages)
        try await database.query(Self.makeEvents)
        try await database.query(Self.notePublished, [.double(since)], deadline: .after(Self.timeout))
    }

    private func noteMessages(
        _ broker: NATSConnection,
        projecting filters: [String],
        on database: PostgresConnection
    ) async throws {
        var reader = try await StreamReader(self.settings.stream, on: broker)
        while let messages = try await reader.next() {
            let keys = MessageKeys(messages, upTo: reader.end, projecting: filters)
            try await database.run([
                Step(
                    Self.noteMessages,
                    [.array(keys.sequences), .array(keys.messageIDs), .array(keys.outboxIDs)]
                ),
                Step(
                    Self.noteEvents,
                    [.array(keys.eventSequences), .array(keys.executionIDs), .array(keys.eventIDs)]
                ),
            ])
        }
    }

    private func compare(
        _ consumers: ProjectorConsumers,
        acknowledged: UInt64,
        on database: PostgresConnection
    ) async throws -> VerifyReport {
        let floor = PostgresParameter.integer(Int64(clamping: acknowledged))
        for table in ["relayctl_row", "relayctl_message", "relayctl_event"] {
            try await database.query(Statement("ANALYZE \(table)"), deadline: .after(Self.timeout))
        }
        let counts = try await database.query(Self.counts, [floor], deadline: .after(Self.timeout))
        return VerifyReport(
            published: try counts.requiredInteger(row: 0, column: 0),
            messages: try counts.requiredInteger(row: 0, column: 1),
            foreign: try counts.requiredInteger(row: 0, column: 2),
            unprojected: try counts.requiredInteger(row: 0, column: 3),
            checks: [
                try await self.check("every published row is in the stream", Self.missing, [], database),
                try await self.check("every message is in the stream once", Self.doubled, [], database),
                try await self.check(
                    "every acknowledged message is an event or a dead letter",
                    Self.unaccounted,
                    [floor, .text(self.settings.stream)],
                    database,
                    unchecked: consumers.gap
                ),
            ]
        )
    }

    private func check(
        _ claim: String,
        _ faults: Statement,
        _ parameters: [PostgresParameter],
        _ database: PostgresConnection,
        unchecked: String? = nil
    ) async throws -> VerifyReport.Check {
        if let unchecked { return VerifyReport.Check(claim: claim, unchecked: unchecked) }
        let result = try await database.query(faults, parameters, deadline: .after(Self.timeout))
        return VerifyReport.Check(
            claim: claim,
            faults: try result.rowCount == 0 ? 0 : result.requiredInteger(row: 0, column: 1),
            examples: (0..<result.rowCount).compactMap { result.text(row: $0, column: 0) }
        )
    }
}

extension Verification {
    private static let makeTables: Statement = """
        CREATE TEMP TABLE relayctl_row (message_id text, published_at timestamptz) ON COMMIT DROP
        """

    private static let makeMessages: Statement = """
        CREATE TEMP TABLE relayctl_message (sequence bigint, message_id text, outbox_id bigint) ON COMMIT DROP
        """

    private static let makeEvents: Statement = """
        CREATE TEMP TABLE relayctl_event (sequence bigint, execution_id bigint, event_id bigint) ON COMMIT DROP
        """

    private static let notePublished: Statement = """
        INSERT INTO relayctl_row
        SELECT coalesce(execution_id::text, 'none') || '-' || event_id, published_at
        FROM noetl.outbox
        WHERE status = 'PUBLISHED' AND published_at >= to_timestamp($1)
        """

    private static let noteMessages: Statement = """
        INSERT INTO relayctl_message SELECT * FROM unnest($1::bigint[], $2::text[], $3::bigint[])
        """

    private static let noteEvents: Statement = """
        INSERT INTO relayctl_event SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::bigint[])
        """

    private static let counts: Statement = """
        SELECT (SELECT count(*) FROM relayctl_row),
            (SELECT count(*) FROM relayctl_message),
            (
                SELECT count(*)
                FROM relayctl_message AS m
                LEFT JOIN noetl.outbox AS o USING (outbox_id)
                WHERE o.outbox_id IS NULL
            ),
            (SELECT count(DISTINCT sequence) FROM relayctl_event WHERE sequence > $1)
        """

    // Each: an example and how many there are, five rows at most, none where all is well.

    private static let missing: Statement = """
        SELECT message_id, count(*) OVER ()
        FROM relayctl_row AS r
        WHERE NOT EXISTS (SELECT FROM relayctl_message AS m WHERE m.message_id = r.message_id)
        ORDER BY published_at
        LIMIT 5
        """

    private static let doubled: Statement = """
        SELECT message_id, count(*) OVER ()
        FROM relayctl_message
        WHERE message_id IS NOT NULL
        GROUP BY message_id
        HAVING count(*) > 1
        ORDER BY min(sequence)
        LIMIT 5
        """

    private static let unaccounted: Statement = """
        SELECT coalesce(execution_id || '-' || event_id, 'sequence ' || sequence), count(*) OVER ()
        FROM relayctl_event AS r
        WHERE sequence <= $1
            AND NOT EXISTS (
                SELECT FROM noetl.event AS e WHERE e.execution_id = r.execution_id AND e.event_id = r.event_id
            )
            AND NOT EXISTS (
                SELECT FROM noetl.event_dead_letter AS d WHERE d.stream = $2 AND d.stream_sequence = r.sequence
            )
        ORDER BY sequence
        LIMIT 5
        """
}
