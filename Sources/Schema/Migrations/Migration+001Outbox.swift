extension Migration {
    static let outbox = Migration(
        version: 1,
        name: "noetl.outbox",
        mode: .transaction,
        statements: [
            // An existing NoETL database has the table already and keeps it as it is.
            """
            CREATE TABLE IF NOT EXISTS noetl.outbox (
                outbox_id bigserial PRIMARY KEY,
                execution_id bigint,
                event_id bigint NOT NULL,
                subject text,
                payload jsonb NOT NULL,
                payload_bytes bytea,
                payload_codec text NOT NULL DEFAULT 'arrow-feather',
                status text NOT NULL DEFAULT 'PENDING'
                    CHECK (status IN ('PENDING', 'IN_FLIGHT', 'PUBLISHED', 'FAILED')),
                attempts integer NOT NULL DEFAULT 0,
                available_at timestamptz NOT NULL DEFAULT now(),
                locked_at timestamptz,
                published_at timestamptz,
                last_error text,
                created_at timestamptz NOT NULL DEFAULT now(),
                updated_at timestamptz NOT NULL DEFAULT now(),
                UNIQUE (execution_id, event_id)
            )
            """
        ]
    )
}
