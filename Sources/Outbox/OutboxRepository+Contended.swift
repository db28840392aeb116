import Postgres

// The claim by lanes where somebody who knows nothing of lanes has locked or changed one of the rows.
extension OutboxRepository {
    /// Locks what nobody has locked, then reads those of the rows that may go.
    ///
    /// The lanes have been taken in the same transaction, which must be READ COMMITTED: the second statement sees what
    /// was committed while the first one locked.
    static func lockAround(limit: Int64) -> [Step] {
        [Step(Self.lockUnlocked, [.integer(limit)]), Step(Self.readUnblocked)]
    }

    /// The lanes taken, which `takeLanes` has left in the transaction's settings.
    private static let takenLanes = """
        unnest(string_to_array(current_setting('noetl_relay.lanes'), ',')::bigint[]) AS lane
        """

    /// Leaves the lanes that had rows, and the last row locked of each, in the transaction's settings.
    private static let lockUnlocked: Statement = """
        WITH \(Self.shares(of: Self.takenLanes, limit: "$1")), reach AS (
            SELECT lanes.lane, max(o.outbox_id) AS last_id
            FROM lanes
            CROSS JOIN LATERAL (
                \(Self.firstOfLane("outbox_id", locking: "SKIP LOCKED"))
            ) AS o
            GROUP BY lanes.lane
        )
        SELECT set_config('noetl_relay.lanes', coalesce(string_agg(lane::text, ',' ORDER BY lane), ''), true),
            set_config('noetl_relay.reach', coalesce(string_agg(last_id::text, ',' ORDER BY lane), ''), true)
        FROM reach
        """

    // A row's xmax is the transaction that locked it, and FOR UPDATE suffers no other beside ours. What is owed, earlier
    // and not ours holds back the later rows of its execution, which stay as they are. It costs a second look at the lanes
    // up to the last row locked: 9 ms for 1,000 rows of 600 bytes where `lockRows` takes 5. Only up to there: what is
    // locked says nothing of where to stop, and a look at 10 M rows that wait took 9 s. OFFSET 0 keeps the looks apart, one
    // for each lane and one for each row, for the same reason.
    private static let readUnblocked: Statement = """
        WITH reach AS MATERIALIZED (
            SELECT lane, last_id
            FROM unnest(
                string_to_array(current_setting('noetl_relay.lanes'), ',')::bigint[],
                string_to_array(current_setting('noetl_relay.reach'), ',')::bigint[]
            ) AS reach (lane, last_id)
        ), seen AS MATERIALIZED (
            SELECT reach.lane, o.outbox_id, o.execution_id, o.is_ours
            FROM reach
            CROSS JOIN LATERAL (
                SELECT outbox_id, execution_id, xmax = pg_current_xact_id()::xid AS is_ours
                FROM noetl.outbox
                WHERE \(Self.isIn("reach.lane"))
                    AND outbox_id <= reach.last_id
                    AND \(Condition.owed)
                ORDER BY \(Self.order)
                OFFSET 0
            ) AS o
        ), others AS MATERIALIZED (
            SELECT execution_id, min(outbox_id) AS outbox_id
            FROM seen
            WHERE NOT is_ours AND execution_id IS NOT NULL
            GROUP BY execution_id
        )
        SELECT \(Self.lockedColumns)
        FROM seen AS ours
        CROSS JOIN LATERAL (
            SELECT *
            FROM noetl.outbox
            WHERE outbox_id = ours.outbox_id
            OFFSET 0
        ) AS o
        WHERE ours.is_ours
            AND NOT EXISTS (
                SELECT
                FROM others
                WHERE others.execution_id = ours.execution_id
                    AND others.outbox_id < ours.outbox_id
            )
            AND NOT EXISTS (
                SELECT
                FROM noetl.outbox AS earlier
                WHERE earlier.execution_id = ours.execution_id
                    AND earlier.outbox_id < ours.outbox_id
                    AND \(Condition.inFlight("earlier."))
                OFFSET 0
            )
        ORDER BY ours.lane, ours.outbox_id
        """
}

extension PostgresError {
    /// Whether a row is locked by somebody else (55P03) or was changed after our snapshot (40001).
    var isAboutLockedRow: Bool { self.sqlState == "55P03" || self.sqlState == "40001" }
}
