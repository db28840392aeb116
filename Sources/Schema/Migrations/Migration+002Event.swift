extension Migration {
    static let event = Migration(
        version: 2,
        name: "noetl.event",
        mode: .transaction,
        statements: [
            // An existing NoETL database has the table already, partitioned or not, and keeps it as it is. The DEFAULT
            // partition takes what no range covers, so that an id from an odd clock is stored all the same.
            """
            DO $$
            BEGIN
                IF to_regclass('noetl.event') IS NOT NULL THEN
                    RETURN;
                END IF;
                CREATE TABLE noetl.event (
                    execution_id bigint NOT NULL,
                    catalog_id bigint NOT NULL,
                    event_id bigint NOT NULL,
                    parent_event_id bigint,
                    parent_execution_id bigint,
                    created_at timestamp NOT NULL DEFAULT (now() AT TIME ZONE 'UTC'),
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
                    PRIMARY KEY (execution_id, event_id),
                    CONSTRAINT event_result_shape CHECK (
                        result IS NULL
                        OR jsonb_typeof(result) = 'object'
                        AND coalesce(jsonb_typeof(result -> 'status') = 'string', false)
                        AND (result - ARRAY['status', 'reference', 'context']) = '{}'
                        AND coalesce(jsonb_typeof(result -> 'reference'), 'object') = 'object'
                        AND coalesce(jsonb_typeof(result -> 'context'), 'object') = 'object'
                    )
                ) PARTITION BY RANGE (execution_id);
                CREATE TABLE noetl.event_default PARTITION OF noetl.event DEFAULT;
            END
            $$
            """
        ]
    )
}
