import Postgres

/// The SQL over `noetl.event_dead_letter`, on one connection.
struct DeadLetterRepository: Sendable {
    private let connection: PostgresConnection

    init(_ connection: PostgresConnection) {
        self.connection = connection
    }

    /// Records dead letters, each once for a message of a stream, all or none, and returns how many were not there yet.
    @discardableResult
    func record(_ letters: [DeadLetter]) async throws -> Int {
        let steps = Self.recordingSteps(letters)
        guard !steps.isEmpty else { return 0 }
        return try await self.connection.run(steps).reduce(0) { $0 + $1.affectedRows }
    }

    /// Of those that are meant the first after a key, without headers and bodies.
    func list(_ filter: DeadLetterFilter, after id: Int64, limit: Int) async throws -> [RecordedDeadLetter] {
        let result = try await self.connection.query(
            Self.list,
            filter.parameters + [.integer(id), .integer(Int64(limit))]
        )
        return try (0..<result.rowCount).map { try result.deadLetter(row: $0) }
    }

    /// The keys of those that are meant, the first after a key.
    func keys(_ filter: DeadLetterFilter, after id: Int64, limit: Int) async throws -> [Int64] {
        let result = try await self.connection.query(
            Self.keys,
            filter.parameters + [.integer(id), .integer(Int64(limit))]
        )
        return try (0..<result.rowCount).map { try result.requiredInteger(row: $0, column: 0) }
    }

    /// One with headers and body.
    func find(_ id: Int64) async throws -> RecordedDeadLetter? {
        let result = try await self.connection.query(Self.find, [.integer(id)])
        return result.rowCount > 0 ? try result.deadLetter(row: 0) : nil
    }

    /// The body of one, which nobody else redrives or discards until the transaction ends.
    func lockBody(_ id: Int64) async throws -> [UInt8]? {
        let result = try await self.connection.query(Self.lockBody, [.integer(id)])
        return result.rowCount > 0 ? try result.bytes(row: 0, column: 0) : nil
    }

    /// Replaces the reason of one.
    func replaceReason(_ id: Int64, with reason: DeadLetterReason) async throws {
        try await self.connection.query(
            Self.replaceReason,
            [.integer(id), .text(reason.text), .text(reason.sqlState)]
        )
    }

    /// Removes one and returns whether it was there.
    func delete(_ id: Int64) async throws -> Bool {
        try await self.connection.query(Self.delete, [.integer(id)]).affectedRows > 0
    }

    /// Removes those that are meant, and returns how many they were.
    func delete(_ filter: DeadLetterFilter) async throws -> Int {
        try await self.connection.query(Self.deleteMatching, filter.parameters).affectedRows
    }

    /// How many there are, counted no further than a limit.
    func count(upTo limit: Int) async throws -> Int {
        Int(try await self.connection.query(Self.count, [.integer(Int64(limit))]).requiredInteger(row: 0, column: 0))
    }

    /// How many are meant, by SQLSTATE.
    func counts(_ filter: DeadLetterFilter) async throws -> DeadLetterCounts {
        let result = try await self.connection.query(Self.counts, filter.parameters)
        return DeadLetterCounts(
            groups: try (0..<result.rowCount).map { row in
                .init(
                    sqlState: result.text(row: row, column: 0),
                    count: try result.requiredInteger(row: row, column: 1)
                )
            }
        )
    }
}

// MARK: - Recording

extension DeadLetterRepository {
    /// How many bytes of headers and bodies go into one statement; the server takes less than 1 GiB.
    private static let maximumStepBytes = 64 << 20

    /// The steps that record dead letters.
    static func recordingSteps(_ letters: [DeadLetter]) -> [Step] {
        var steps: [Step] = []
        var part = letters[...]
        while !part.isEmpty {
            var bytes = 0
            let end = part.firstIndex { letter in
                bytes += letter.body.count + (letter.headers?.count ?? 0)
                return bytes > Self.maximumStepBytes
            }
            // One alone may be larger.
            let count = max(1, (end ?? part.endIndex) - part.startIndex)
            steps.append(Self.recordingStep(part.prefix(count)))
            part = part.dropFirst(count)
        }
        return steps
    }

    private static func recordingStep(_ letters: ArraySlice<DeadLetter>) -> Step {
        let text = PostgresArray(of: .text)
        var (streams, subjects, reasons, states) = (text, text, text, text)
        var (headers, bodies) = (PostgresArray(of: .bytes), PostgresArray(of: .bytes))
        for letter in letters {
            streams.append(letter.stream)
            subjects.append(letter.subject)
            reasons.append(letter.reason.text)
            states.append(letter.reason.sqlState)
            if let bytes = letter.headers {
                bytes.withUnsafeBytes { headers.append(bytes: $0) }
            } else {
                headers.appendNull()
            }
            letter.body.withUnsafeBytes { bodies.append(bytes: $0) }
        }
        let sequences = PostgresArray(letters.map { Int64(bitPattern: $0.streamSequence) })
        return Step(
            Self.record,
            [streams, sequences, subjects, headers, bodies, reasons, states].map { .array($0) }
        )
    }

    // Without a conflict target: what makes a message the same one is said by the table's index. Sorted by it, so that two
    // that record the same messages in another order cannot wait for each other in a circle.
    private static let record: Statement = """
        INSERT INTO noetl.event_dead_letter (stream, stream_sequence, subject, headers, body, reason, sql_state)
        SELECT *
        FROM unnest($1::text[], $2::bigint[], $3::text[], $4::bytea[], $5::bytea[], $6::text[], $7::text[])
        ORDER BY 1, 2, 5
        ON CONFLICT DO NOTHING
        """
}

// MARK: - Statements

extension DeadLetterRepository {
    private static let recordedAt = "to_char(created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')"

    private static let list: Statement = """
        SELECT dead_letter_id, \(recordedAt), octet_length(body), stream, stream_sequence, subject, reason, sql_state,
            NULL::bytea, ''::bytea
        FROM noetl.event_dead_letter
        WHERE \(DeadLetterFilter.condition)
            AND dead_letter_id > $5
        ORDER BY dead_letter_id
        LIMIT $6
        """

    private static let keys: Statement = """
        SELECT dead_letter_id
        FROM noetl.event_dead_letter
        WHERE \(DeadLetterFilter.condition)
            AND dead_letter_id > $5
        ORDER BY dead_letter_id
        LIMIT $6
        """

    private static let find: Statement = """
        SELECT dead_letter_id, \(recordedAt), octet_length(body), stream, stream_sequence, subject, reason, sql_state,
            headers, body
        FROM noetl.event_dead_letter
        WHERE dead_letter_id = $1
        """

    private static let lockBody: Statement = """
        SELECT body FROM noetl.event_dead_letter WHERE dead_letter_id = $1 FOR UPDATE
        """

    private static let replaceReason: Statement = """
        UPDATE noetl.event_dead_letter SET reason = $2, sql_state = $3 WHERE dead_letter_id = $1
        """

    private static let delete: Statement = "DELETE FROM noetl.event_dead_letter WHERE dead_letter_id = $1"

    private static let deleteMatching: Statement = """
        DELETE FROM noetl.event_dead_letter WHERE \(DeadLetterFilter.condition)
        """

    private static let count: Statement = """
        SELECT count(*) FROM (SELECT FROM noetl.event_dead_letter LIMIT $1) AS counted
        """

    private static let counts: Statement = """
        SELECT sql_state, count(*)
        FROM noetl.event_dead_letter
        WHERE \(DeadLetterFilter.condition)
        GROUP BY sql_state
        ORDER BY count(*) DESC, sql_state
        """
}

extension QueryResult {
    /// A row of `list` or `find`.
    fileprivate func deadLetter(row: Int) throws -> RecordedDeadLetter {
        func text(_ column: Int) -> String { self.text(row: row, column: column) ?? "" }
        return RecordedDeadLetter(
            id: try self.requiredInteger(row: row, column: 0),
            recordedAt: text(1),
            bodyBytes: try self.requiredInteger(row: row, column: 2),
            letter: DeadLetter(
                stream: text(3),
                streamSequence: UInt64(bitPattern: try self.requiredInteger(row: row, column: 4)),
                subject: text(5),
                headers: try self.bytes(row: row, column: 8),
                body: try self.bytes(row: row, column: 9) ?? [],
                reason: DeadLetterReason(text: text(6), sqlState: self.text(row: row, column: 7))
            )
        )
    }
}
