extension Migration {
    static let outboxIndexes = Migration(
        version: 4,
        name: "indexes of noetl.outbox",
        // Writers of an existing database go on while its indexes are built.
        mode: .separately,
        statements: [
            // A build that was interrupted leaves an invalid index, which IF NOT EXISTS would take for the index.
            dropInvalid("outbox_claim_idx"),
            // The claim and the count of /api/internal: the due rows in outbox_id order. Without it the planner walks
            // the primary key over everything already published: 540 ms for a claim of 100 with 1 M published rows.
            // available_at is in it so that counting need not look at the table.
            """
            CREATE INDEX CONCURRENTLY IF NOT EXISTS outbox_claim_idx
                ON noetl.outbox (outbox_id)
                INCLUDE (available_at)
                WHERE status IN ('PENDING', 'FAILED') AND available_at < 'infinity'
            """,
            dropInvalid("outbox_lane_idx"),
            // The claim of the publisher: the due rows of one lane in outbox_id order.
            """
            CREATE INDEX CONCURRENTLY IF NOT EXISTS outbox_lane_idx
                ON noetl.outbox (
                    (((coalesce(execution_id, outbox_id) >> 23) # coalesce(execution_id, outbox_id)) & 15),
                    outbox_id
                )
                INCLUDE (available_at)
                WHERE status IN ('PENDING', 'FAILED') AND available_at < 'infinity'
            """,
            dropInvalid("outbox_held_idx"),
            // Whether an execution has a row that waits for its next attempt or is leased to somebody: few rows ever.
            """
            CREATE INDEX CONCURRENTLY IF NOT EXISTS outbox_held_idx
                ON noetl.outbox (execution_id, outbox_id)
                INCLUDE (available_at)
                WHERE status IN ('FAILED', 'IN_FLIGHT')
            """,
            dropInvalid("outbox_lease_idx"),
            // Rows whose lease ran out.
            """
            CREATE INDEX CONCURRENTLY IF NOT EXISTS outbox_lease_idx
                ON noetl.outbox (locked_at)
                WHERE status = 'IN_FLIGHT'
            """,
            // Existing databases have an index on the columns of the UNIQUE constraint beside the constraint's own:
            // without it draining goes from 14 k to 33 k rows/s together with outbox_claim_idx. DO cannot drop
            // concurrently; an index is dropped in an instant, though, once nobody else has the table.
            """
            DO $$
            DECLARE
                redundant regclass;
            BEGIN
                \(limitLocks)
                FOR redundant IN
                    SELECT i.indexrelid
                    FROM pg_index AS i
                    WHERE i.indrelid = 'noetl.outbox'::regclass
                        AND NOT i.indisunique
                        AND i.indpred IS NULL
                        AND i.indexprs IS NULL
                        AND (
                            SELECT array_agg(a.attname::text ORDER BY k.place)
                            FROM unnest(i.indkey) WITH ORDINALITY AS k (attnum, place)
                            JOIN pg_attribute AS a ON a.attrelid = i.indrelid AND a.attnum = k.attnum
                        ) = ARRAY['execution_id', 'event_id']
                LOOP
                    EXECUTE format('DROP INDEX %s', redundant);
                END LOOP;
            END
            $$
            """,
        ]
    )

    // Every writer waits behind one who waits for the table: better to fail, and to be tried again.
    private static let limitLocks = "PERFORM set_config('lock_timeout', '5s', true);"

    private static func dropInvalid(_ index: String) -> String {
        """
        DO $$
        BEGIN
            \(self.limitLocks)
            IF EXISTS (
                SELECT FROM pg_index WHERE indexrelid = to_regclass('noetl.\(index)') AND NOT indisvalid
            ) THEN
                DROP INDEX noetl.\(index);
            END IF;
        END
        $$
        """
    }
}
