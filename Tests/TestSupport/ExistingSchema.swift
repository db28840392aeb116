/// Databases as NoETL's own releases make them, to be adopted.
package enum ExistingSchema: String, CaseIterable, Sendable {
    /// `noetl.event` is partitioned by execution.
    case current
    /// `noetl.event` is one table, with the event's id as its key.
    case older

    /// The SQL that makes the database, with an event and an outbox row in it.
    package var sql: String {
        [Self.catalog, Self.outbox, self == .current ? Self.partitionedEvent : Self.plainEvent, Self.rows]
            .joined(separator: "\n")
    }

    private static let catalog = """
        CREATE SCHEMA noetl;
        CREATE TABLE noetl.catalog (
            catalog_id bigint PRIMARY KEY,
            path text NOT NULL,
            version integer NOT NULL,
            kind text NOT NULL,
            UNIQUE (path, version)
        );
        """

    private static let outbox = """
        CREATE TABLE noetl.outbox (
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
        );
        CREATE INDEX idx_outbox_pending ON noetl.outbox (status, available_at, outbox_id)
            WHERE status IN ('PENDING', 'FAILED');
        CREATE INDEX idx_outbox_execution_event ON noetl.outbox (execution_id, event_id);
        """

    private static let eventColumns = """
        execution_id bigint NOT NULL,
        catalog_id bigint NOT NULL REFERENCES noetl.catalog (catalog_id),
        event_id bigint NOT NULL,
        parent_event_id bigint,
        parent_execution_id bigint,
        created_at timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP,
        event_type varchar,
        node_id varchar,
        node_name varchar,
        node_type varchar,
        status varchar,
        duration double precision,
        context jsonb,
        result jsonb,
        meta jsonb,
        error text,
        current_index integer,
        current_item text,
        worker_id varchar,
        distributed_state varchar,
        context_key varchar,
        context_value text,
        trace_component jsonb,
        stack_trace text,
        tenant_id text NOT NULL DEFAULT 'default',
        organization_id text NOT NULL DEFAULT 'default',
        event_time timestamptz NOT NULL DEFAULT now(),
        ingest_time timestamptz NOT NULL DEFAULT now(),
        stream_id text,
        schema_version integer NOT NULL DEFAULT 1,
        correlation_id text,
        CONSTRAINT chk_event_result_shape CHECK (
            result IS NULL
            OR jsonb_typeof(result) = 'object'
            AND result ? 'status'
            AND jsonb_typeof(result -> 'status') = 'string'
            AND result - 'status' - 'reference' - 'context' = '{}'
            AND (NOT result ? 'reference' OR jsonb_typeof(result -> 'reference') = 'object')
            AND (NOT result ? 'context' OR jsonb_typeof(result -> 'context') = 'object')
        )
        """

    private static let partitionedEvent = """
        CREATE TABLE noetl.event (
        \(Self.eventColumns),
        PRIMARY KEY (execution_id, event_id)
        ) PARTITION BY RANGE (execution_id);
        CREATE TABLE noetl.event_default PARTITION OF noetl.event DEFAULT;
        CREATE TABLE noetl.event_2024 PARTITION OF noetl.event FOR VALUES FROM (0) TO (265267917619200000);
        CREATE INDEX idx_event_type ON noetl.event (event_type, created_at);
        """

    private static let plainEvent = """
        CREATE TABLE noetl.event (
        \(Self.eventColumns),
        PRIMARY KEY (event_id)
        );
        CREATE INDEX idx_event_execution ON noetl.event (execution_id, created_at);
        """

    private static let rows = """
        INSERT INTO noetl.catalog VALUES (1, 'examples/hello', 1, 'Playbook');
        INSERT INTO noetl.event (execution_id, catalog_id, event_id, event_type, result)
            VALUES (5, 1, 6, 'playbook.completed', '{"status": "ok", "context": {"n": 1}}');
        INSERT INTO noetl.outbox (execution_id, event_id, payload) VALUES (5, 6, '{"event_id": 6}');
        """
}
