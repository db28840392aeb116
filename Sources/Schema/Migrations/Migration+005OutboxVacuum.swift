extension Migration {
    static let outboxVacuum = Migration(
        version: 5,
        name: "vacuuming of noetl.outbox",
        mode: .transaction,
        statements: [
            // A row is written, changed once or more and deleted, and each change leaves a dead version and dead index
            // entries, also at the front of the indexes that claims begin to read at. By default a table is vacuumed
            // when a fifth of it is dead: with 10 M published rows kept, after 2 M changes. Here:
            //
            // - After 20,000 dead rows and 1 % of the table: claims stay flat, and a vacuum finds little to do.
            // - After 50,000 inserted rows and 2 %: pages become all-visible, so that counting reads the index only.
            // - Statistics after 20,000 changes and 5 %: a backlog comes and goes faster than a tenth of the table.
            // - With ten times the work before each pause: a vacuum must be faster than the churn it cleans up after.
            // - Without giving the file's empty end back: that needs a lock under which nobody can write or claim, and
            //   the end is where the next rows go.
            //
            // What an operator has set is left as it is. The lock taken here (SHARE UPDATE EXCLUSIVE) lets readers and
            // writers go on.
            """
            DO $$
            DECLARE
                wanted text;
            BEGIN
                FOREACH wanted IN ARRAY ARRAY[
                    'autovacuum_vacuum_threshold=20000',
                    'autovacuum_vacuum_scale_factor=0.01',
                    'autovacuum_vacuum_insert_threshold=50000',
                    'autovacuum_vacuum_insert_scale_factor=0.02',
                    'autovacuum_analyze_threshold=20000',
                    'autovacuum_analyze_scale_factor=0.05',
                    'autovacuum_vacuum_cost_limit=2000',
                    'vacuum_truncate=false'
                ] LOOP
                    IF NOT EXISTS (
                        SELECT
                        FROM pg_class
                        CROSS JOIN LATERAL unnest(reloptions) AS set_by_hand
                        WHERE oid = 'noetl.outbox'::regclass
                            AND split_part(set_by_hand, '=', 1) = split_part(wanted, '=', 1)
                    ) THEN
                        EXECUTE format('ALTER TABLE noetl.outbox SET (%s)', wanted);
                    END IF;
                END LOOP;
            END
            $$
            """
        ]
    )
}
