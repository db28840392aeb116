import Postgres
import Waiting

// The claim of the publisher: row locks held through the publish, by lanes.
//
// An execution's rows are all in one lane, and a lane has one holder at a time, an advisory lock of the transaction that
// claims. So no two publishers, threads or processes ever work on rows of one execution, and the rows of a holder that
// dies are free the moment the server notices. The lane is computed from documented operators, so that the index on it
// means the same on every server: snowflake ids have their milliseconds from bit 23 up and mostly zeros below.
extension OutboxRepository {
    /// How many lanes there are.
    package static let laneCount = 16

    /// The advisory lock's class: "noet" in ASCII.
    ///
    /// The lane is its object.
    private static let lockClass: Int64 = 0x6e6f_6574

    /// Opens a transaction, takes lanes that have due rows and nobody holds, and locks the first rows of each.
    ///
    /// - Parameters:
    ///   - limit: The most rows, over all lanes taken.
    ///   - lanes: The most lanes to take.
    ///   - firstLane: The lane to look at first; others follow in turn.
    ///   - timeout: How long the server keeps the transaction open without a word from us.
    ///   - isAsking: Whether to ask first if rows are being committed that nobody notifies of.
    /// - Returns: The rows. The transaction stays open, also where there are none: end it with ``settle(_:)`` or
    ///   ``PostgresConnection/rollBack()``.
    /// - Throws: `PostgresError`.
    package func lock(
        limit: Int64,
        lanes: Int64,
        firstLane: Int,
        timeout: Duration,
        askingForUnannounced isAsking: Bool = false
    ) async throws -> LockedBatch {
        let order = (0..<Self.laneCount).map { Int64(($0 + firstLane) % Self.laneCount) }
        let lanes: [PostgresParameter] = [.array(PostgresArray(order)), .integer(Self.lockClass), .integer(lanes)]
        let settings = self.claimSettings(timeout: timeout)
        do {
            // Of one snapshot, so that a row which somebody else changes in the middle is an error and not passed over.
            let begin = Self.begin(asking: isAsking, isRepeatable: true)
            let read = Step(Self.lockRows, lanes + [.integer(limit)])
            return try await self.lock(begin + settings + [read], isAsking: isAsking)
        } catch let error as PostgresError where error.isAboutLockedRow {
            await self.connection.rollBack()
            let take = Step(Self.takeLanes, lanes)
            let read = [take] + Self.lockAround(limit: limit)
            return try await self.lock(Self.begin(asking: isAsking) + settings + read, isAsking: isAsking)
        }
    }

    /// Runs the steps of a claim, the first of which are those of ``begin(asking:isRepeatable:)`` and the last of which
    /// reads the rows.
    func lock(_ steps: [Step], isAsking: Bool) async throws -> LockedBatch {
        let results = try await self.connection.run(steps)
        guard results.count > 1, let rows = results.last else {
            throw PostgresError(.unexpectedResult, "the claim returned nothing")
        }
        return try LockedBatch(rows, hasUnannounced: isAsking && results[1].boolean(row: 0, column: 0))
    }

    /// Writes what became of a locked batch and commits.
    ///
    /// Undecided rows are let go as they were.
    package func settle(_ settlement: Settlement) async throws {
        var steps: [Step] = []
        if !settlement.published.isEmpty {
            steps.append(Step(Self.publish, [.array(PostgresArray(settlement.published))]))
        }
        if !settlement.failed.isEmpty {
            steps.append(Step(Self.fail, Self.columns(of: settlement.failed)))
        }
        steps.append(Step("COMMIT"))
        try await self.connection.run(steps)
    }

    /// Whether any row is due or has a lease that ran out.
    package func hasWork(lease: Duration) async throws -> (due: Bool, expired: Bool) {
        let result = try await self.connection.query(Self.hasWork, [.double(lease.seconds)])
        return (result.boolean(row: 0, column: 0), result.boolean(row: 0, column: 1))
    }

    private static func columns(of rows: [Settlement.FailedRow]) -> [PostgresParameter] {
        var delays = PostgresArray(of: .double)
        var reasons = PostgresArray(of: .text)
        for row in rows {
            delays.append(row.delay ?? .infinity)
            reasons.append(FailureText.storable(row.reason))
        }
        return [.array(PostgresArray(rows.map(\.outboxID))), .array(delays), .array(reasons)]
    }
}

extension OutboxRepository {
    /// Must be the expression of the index `outbox_lane_idx`, letter for letter.
    private static let lane = """
        (((coalesce(execution_id, outbox_id) >> 23) # coalesce(execution_id, outbox_id)) & 15)
        """

    /// What rows of one lane are ordered by where the first ones of it are wanted.
    static let order = "\(Self.lane), outbox_id"

    /// Whether a row is in a lane, in words that no other index than that of lanes gives rows in ``order`` by.
    ///
    /// An equality makes a constant of the lane, and an order by `outbox_id` of this one, which `outbox_claim_idx` has, too.
    /// Where the statistics are from a time when nothing waited, the planner took that for as cheap: a look for each lane
    /// walked over all lanes' rows, and over all that had been published since the last VACUUM: 19,000-22,500 rows a second
    /// instead of 25,000-27,200, and 14,000 instead of 22,400 where these were 1,400,000.
    ///
    /// - Parameter lane: The lane, as SQL.
    /// - Returns: SQL.
    static func isIn(_ lane: String) -> String {
        "\(Self.lane) BETWEEN \(lane) AND \(lane)"
    }

    // CASE keeps the planner from taking the locks of lanes that have nothing due, and without a sort the lanes are looked at
    // one by one, in the order given, until enough are taken: half the work of looking at all of them. Whether anything may
    // go is asked from a lane's end, since what was published last lies dead at its beginning. Rows that are held do not count:
    // a lane of nothing else would be taken in place of one with work, and who finds nothing in it waits.
    private static let taken = """
        taken AS MATERIALIZED (
            SELECT lane
            FROM unnest($1::bigint[]) AS offered (lane)
            WHERE CASE
                    WHEN (
                        SELECT true
                        FROM noetl.outbox
                        WHERE \(Self.isIn("lane")) AND \(Condition.due) AND \(Self.isFirst)
                        ORDER BY \(Self.lane) DESC, outbox_id DESC
                        LIMIT 1
                    )
                    THEN pg_try_advisory_xact_lock($2::bigint::integer, lane::integer)
                    ELSE false
                END
            LIMIT $3
        )
        """

    // In a statement of its own, for a transaction whose next one reads the rows.
    private static let takeLanes: Statement = """
        WITH \(Self.taken)
        SELECT set_config('noetl_relay.lanes', coalesce(string_agg(lane::text, ','), ''), true)
        FROM taken
        """

    /// Whether a row is behind none of its execution that waits or is leased to somebody.
    ///
    /// `outbox_held_idx` holds nothing but such rows: where it is empty nothing is looked up, and a claim of 1,000 rows touches
    /// 5,000 pages instead of 7,700; where it is not the look is cheap. OFFSET 0 keeps it a look per row: the planner would
    /// rather compare each row with all that wait, which with statistics from before 20,000 of them took 500 ms for 1,000 rows
    /// instead of 5.
    private static let isFirst = """
        (
            NOT EXISTS (SELECT FROM noetl.outbox WHERE status IN ('FAILED', 'IN_FLIGHT'))
            OR NOT EXISTS (
                SELECT
                FROM noetl.outbox AS earlier
                WHERE earlier.execution_id = outbox.execution_id
                    AND earlier.outbox_id < outbox.outbox_id
                    AND (earlier.status = 'IN_FLIGHT'
                        OR earlier.status = 'FAILED'
                        AND earlier.available_at > now()
                        AND earlier.available_at < 'infinity')
                    AND earlier.status IN ('FAILED', 'IN_FLIGHT')
                OFFSET 0
            )
        )
        """

    /// The rows of lane `lanes.lane` that may go, the first `lanes.share` of them.
    static func firstOfLane(_ columns: String, locking: String) -> String {
        """
        SELECT \(columns)
            FROM noetl.outbox
            WHERE \(Self.isIn("lanes.lane"))
                AND \(Condition.due)
                AND \(Self.isFirst)
            ORDER BY \(Self.order)
            LIMIT lanes.share
            FOR UPDATE \(locking)
        """
    }

    /// The lanes of a row source, each with its share of a limit.
    static func shares(of source: String, limit: String) -> String {
        """
        lanes AS MATERIALIZED (
            SELECT lane, ceil(\(limit)::numeric / count(*) OVER ())::bigint AS share
            FROM \(source)
        )
        """
    }

    /// What a ``LockedBatch`` is made of.
    static let lockedColumns = """
        o.outbox_id,
            o.event_id,
            o.execution_id,
            o.subject,
            o.attempts,
            o.payload::text,
            o.payload ->> 'tenant_id',
            o.payload ->> 'organization_id',
            o.payload ->> 'event_type',
            o.payload -> 'meta' ->> 'traceparent',
            extract(epoch FROM now() - o.created_at)
        """

    // In a lane that is ours nobody else locks rows, but for those who know nothing of lanes, such as a claim of
    // /api/internal. A row that is skipped because it is locked would let the later ones of its execution pass, and so
    // would one that is claimed after our snapshot and before we come to it, or that the lane's last holder, who committed
    // between our snapshot and our lock, has left FAILED. All are errors here (NOWAIT, and a snapshot for the whole
    // transaction), after which `lockAround` claims once more and looks. So order costs nothing where nobody interferes,
    // and a round trip where somebody does.
    //
    // What it cannot see: a row that is not committed yet. Ids are given out before the commit, so that of two writers of
    // one execution the one with the later id may commit first.
    private static let lockRows: Statement = """
        WITH \(Self.taken), \(Self.shares(of: "taken", limit: "$4"))
        SELECT \(Self.lockedColumns)
        FROM lanes
        CROSS JOIN LATERAL (
            \(Self.firstOfLane("*", locking: "NOWAIT"))
        ) AS o
        """

    private static let publish: Statement = """
        UPDATE noetl.outbox
        SET status = 'PUBLISHED',
            attempts = least(attempts, 2147483646) + 1,
            published_at = now(),
            updated_at = now(),
            last_error = NULL
        WHERE outbox_id = ANY($1)
        """

    private static let fail: Statement = """
        UPDATE noetl.outbox AS o
        SET status = 'FAILED',
            attempts = least(o.attempts, 2147483646) + 1,
            available_at = CASE
                WHEN failed.delay = 'infinity' THEN 'infinity'
                ELSE clock_timestamp() + make_interval(secs => failed.delay)
            END,
            updated_at = now(),
            last_error = failed.reason
        FROM unnest($1::bigint[], $2::float8[], $3::text[]) AS failed (outbox_id, delay, reason)
        WHERE o.outbox_id = failed.outbox_id
        """

    private static let hasWork: Statement = """
        SELECT EXISTS (SELECT FROM noetl.outbox WHERE \(Condition.due)),
            EXISTS (SELECT FROM noetl.outbox WHERE \(Condition.expired))
        """
}
