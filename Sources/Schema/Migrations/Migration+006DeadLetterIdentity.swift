extension Migration {
    static let deadLetterIdentity = Migration(
        version: 6,
        name: "identity of dead letters",
        mode: .transaction,
        statements: [
            // A stream that is made anew, or whose store went back in time, gives its sequences to other messages: a
            // dead letter must not be taken for one that has been there before.
            """
            ALTER TABLE noetl.event_dead_letter
                DROP CONSTRAINT IF EXISTS event_dead_letter_stream_stream_sequence_key
            """,
            """
            CREATE UNIQUE INDEX IF NOT EXISTS event_dead_letter_message_idx
                ON noetl.event_dead_letter (stream, stream_sequence, sha256(body))
            """,
        ]
    )
}
