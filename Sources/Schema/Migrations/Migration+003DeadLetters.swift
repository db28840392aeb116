extension Migration {
    static let deadLetters = Migration(
        version: 3,
        name: "noetl.event_dead_letter",
        mode: .transaction,
        statements: [
            // The key makes recording the same message twice, after a redelivery, one row. Headers and body are bytes
            // because they are kept as they came, and what makes a dead letter is often that they are not text.
            """
            CREATE TABLE IF NOT EXISTS noetl.event_dead_letter (
                dead_letter_id bigserial PRIMARY KEY,
                stream text NOT NULL,
                stream_sequence bigint NOT NULL,
                subject text NOT NULL,
                headers bytea,
                body bytea NOT NULL,
                reason text NOT NULL,
                sql_state text,
                created_at timestamptz NOT NULL DEFAULT now(),
                UNIQUE (stream, stream_sequence)
            )
            """
        ]
    )
}
