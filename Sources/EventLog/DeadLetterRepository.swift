package import Postgres

/// The SQL over `noetl.event_dead_letter`, on one connection.
package struct DeadLetterRepository: Sendable {
    private let connection: PostgresConnection

    /// Creates a repository on a connection.
    package init(_ connection: PostgresConnection) {
        self.connection = connection
    }

    /// Records a dead letter, once for each message of a stream.
    ///
    /// - Throws: `PostgresError`.
    package func record(_ letter: DeadLetter) async throws {
        try await self.connection.query(
            Self.record,
            [
                .text(letter.stream), .integer(Int64(bitPattern: letter.streamSequence)), .text(letter.subject),
                .bytes(letter.body), .text(letter.reason), .text(letter.sqlState),
            ]
        )
    }

    /// How many there are.
    ///
    /// - Throws: `PostgresError`.
    package func count() async throws -> Int64 {
        try await self.connection.query(Self.count).requiredInteger(row: 0, column: 0)
    }

    private static let record: Statement = """
        INSERT INTO noetl.event_dead_letter (stream, stream_sequence, subject, body, reason, sql_state)
        VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT (stream, stream_sequence) DO NOTHING
        """

    private static let count: Statement = "SELECT count(*) FROM noetl.event_dead_letter"
}
