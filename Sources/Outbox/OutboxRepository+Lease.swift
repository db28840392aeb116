import Postgres
import Waiting

// The claim of /api/internal: rows are marked IN_FLIGHT, and come back when the mark is older than the lease.
extension OutboxRepository {
    /// Marks due rows, and rows whose lease has run out, IN_FLIGHT and returns them.
    ///
    /// - Parameters:
    ///   - limit: The most rows.
    ///   - lease: How long a claim lasts.
    ///   - isOrdered: Whether to leave out rows whose execution has an earlier row that is neither published, nor parked,
    ///     nor part of this claim.
    /// - Returns: The rows, sorted by `outbox_id`.
    /// - Throws: `PostgresError`.
    package func claim(limit: Int64, lease: Duration, isOrdered: Bool) async throws -> LeasedRows {
        let statement = isOrdered ? Self.orderedClaim : Self.claim
        let steps = [Step(Self.claimingSettings), Step(statement, [.double(lease.seconds), .integer(limit)])]
        guard let rows = try await self.connection.run(steps).last else {
            throw PostgresError(.unexpectedResult, "the claim returned nothing")
        }
        return try LeasedRows(rows)
    }

    /// Marks rows PUBLISHED and returns how many really changed.
    package func markPublished(_ outboxIDs: [Int64]) async throws -> Int {
        try await self.connection.query(Self.markPublished, [.array(PostgresArray(outboxIDs))]).affectedRows
    }

    /// Marks rows PUBLISHED that nobody claimed since, and returns how many really changed.
    ///
    /// - Parameters:
    ///   - outboxIDs: The rows.
    ///   - claimedAttempts: The attempts of each as the claim returned them.
    /// - Returns: How many changed.
    /// - Throws: `PostgresError`.
    package func markPublished(_ outboxIDs: [Int64], claimedAttempts: [Int64]) async throws -> Int {
        let parameters: [PostgresParameter] = [
            .array(PostgresArray(outboxIDs)), .array(PostgresArray(claimedAttempts)),
        ]
        return try await self.connection.query(Self.markClaimedPublished, parameters).affectedRows
    }

    /// Marks one row FAILED, unless it is unknown or PUBLISHED, or somebody claimed it later.
    ///
    /// - Parameters:
    ///   - outboxID: The row.
    ///   - error: Why.
    ///   - delaySeconds: How long it waits.
    ///   - claimedAttempts: Its attempts as the claim returned them; where they are not known, a row on a live lease and
    ///     a parked one are marked as well.
    /// - Returns: Whether it was marked.
    /// - Throws: `PostgresError`.
    package func markFailed(
        _ outboxID: Int64,
        error: String,
        delaySeconds: Int64,
        claimedAttempts: Int64? = nil
    ) async throws -> Bool {
        let parameters: [PostgresParameter] = [
            .integer(outboxID), .text(error), .double(Double(delaySeconds)), .integer(claimedAttempts),
        ]
        return try await self.connection.query(Self.markFailed, parameters).affectedRows == 1
    }

    /// Parks one row, unless it is unknown or PUBLISHED, or somebody claimed it later.
    ///
    /// - Parameters:
    ///   - outboxID: The row.
    ///   - error: Why.
    ///   - claimedAttempts: Its attempts as the claim returned them; where they are not known, a row on a live lease is
    ///     parked as well.
    /// - Returns: Whether it was parked.
    /// - Throws: `PostgresError`.
    package func park(_ outboxID: Int64, error: String, claimedAttempts: Int64?) async throws -> Bool {
        let parameters: [PostgresParameter] = [.integer(outboxID), .text(error), .integer(claimedAttempts)]
        return try await self.connection.query(Self.park, parameters).affectedRows == 1
    }

    /// The rows that are due or have a lease that ran out, `limit` at most.
    package func pendingRows(lease: Duration, limit: Int64) async throws -> PendingRows {
        let parameters: [PostgresParameter] = [.double(lease.seconds), .integer(limit)]
        let result = try await self.connection.query(Self.pendingRows, parameters)
        return PendingRows(
            count: try result.requiredInteger(row: 0, column: 0),
            oldestAge: result.text(row: 0, column: 1).flatMap(Double.init).map { .seconds($0) }
        )
    }

    /// Puts rows whose lease ran out back to PENDING, so that a claim by lanes finds them, and returns how many.
    package func reclaimExpired(lease: Duration, limit: Int64) async throws -> Int {
        let parameters: [PostgresParameter] = [.double(lease.seconds), .integer(limit)]
        return try await self.connection.query(Self.reclaimExpired, parameters).affectedRows
    }

    /// Puts all rows whose lease ran out back to PENDING, a thousand at a time.
    ///
    /// - Parameters:
    ///   - lease: How long a lease lasts.
    ///   - onStep: Called after each thousand.
    /// - Returns: How many there were.
    /// - Throws: `PostgresError`.
    @discardableResult
    package func reclaimAllExpired(lease: Duration, onStep: () -> Void = {}) async throws -> Int {
        let limit = 1000
        var sum = 0
        while true {
            let count = try await self.reclaimExpired(lease: lease, limit: Int64(limit))
            sum += count
            if count > 0 { onStep() }
            // Fewer are the last, but for those that somebody else has locked and puts back.
            if count < limit { return sum }
        }
    }
}

extension OutboxRepository {
    /// How many bytes of payloads one claim returns, unless its first row alone has more.
    ///
    /// The process that asks holds them about three times: in libpq's result, in the answer's JSON, and in the buffer
    /// that it is sent from.
    private static let claimedBytes = 16 << 20

    // Once a window's rows do not fit into work_mem, the server reads all of them at once, however few are asked for.
    private static let claimingSettings: Statement = """
        SELECT \(Self.planningSettings(isLocal: true)), set_config('work_mem', '\(4 * Self.claimedBytes >> 10)kB', true)
        """

    // Two scans, because one over `due OR expired` would use neither partial index. The lowest of both are taken up to
    // the limit, and up to `claimedBytes`: a claim of 1,000 rows of 1 MB would end the process that asks, once the rows
    // are marked, and again after each lease. RETURNING has no order, so the rows are sorted around it.
    //
    // Nothing stored says how long a payload is as text: one that is compressed may be a hundred times as long as
    // `pg_column_size` says, and a number of ten bytes has up to 131,072 digits. So it is printed, once, and what is
    // measured is what is returned. Rows are printed one by one until `lowest` has seen the first that is too much: a
    // window that only looks back reads no further than it is asked for. Up to the limit all are locked, since rows that
    // are locked have to be sorted again, and those beyond are let go with the transaction.
    private static func claim(
        where isFree: String = "true",
        beside others: String? = nil,
        and isNext: String = "true"
    ) -> Statement {
        """
        WITH sized AS MATERIALIZED (
            SELECT outbox_id, execution_id, payload,
                row_number() OVER upwards AS place,
                sum(octet_length(payload)) OVER upwards AS bytes
            FROM (
                SELECT outbox_id, execution_id, payload::text AS payload
                FROM (
                    SELECT * FROM (\(Self.free(Condition.due, isFree))) AS due
                    UNION ALL
                    SELECT * FROM (\(Self.free(Condition.expired, isFree))) AS expired
                    ORDER BY outbox_id
                    LIMIT $2
                ) AS free
                ORDER BY outbox_id
            ) AS printed
            WINDOW upwards AS (ORDER BY outbox_id ROWS UNBOUNDED PRECEDING)
        ), lowest AS MATERIALIZED (
            SELECT outbox_id, execution_id, payload
            FROM sized
            LIMIT (SELECT greatest(place - 1, 1) FROM sized WHERE bytes > \(Self.claimedBytes) LIMIT 1)
        ), \(others.map { "others AS MATERIALIZED (\n    \($0)\n), " } ?? "")claimed AS (
            UPDATE noetl.outbox AS o
            SET status = 'IN_FLIGHT',
                attempts = least(o.attempts, 2147483646) + 1,
                locked_at = now(),
                updated_at = now()
            FROM lowest
            WHERE o.outbox_id = lowest.outbox_id
                AND \(isNext)
            RETURNING o.outbox_id, o.event_id, o.execution_id, o.subject, o.attempts, lowest.payload, o.payload_codec
        )
        SELECT outbox_id, event_id, execution_id, subject, attempts, payload, payload_codec
        FROM claimed
        ORDER BY outbox_id
        """
    }

    /// The first rows that may go and that nobody has locked.
    private static func free(_ condition: String, _ isFree: String) -> String {
        """
        SELECT outbox_id, execution_id, payload
                FROM noetl.outbox
                WHERE \(condition)
                    AND \(isFree)
                ORDER BY outbox_id
                LIMIT $2
                FOR UPDATE SKIP LOCKED
        """
    }

    private static let claim = Self.claim()

    // Twice: rows behind one that waits or is leased are left out before the limit, so that many of them do not hide the
    // rows of other executions; and rows behind one that another claim has locked, which is not known before. Each
    // condition on the status is that of a partial index. What others have is read once, up to the last row of the claim:
    // looked up for each row it took 2 s with 10 M rows of 2,000 executions waiting. OFFSET 0 as in `firstOfLane`.
    private static let orderedClaim = Self.claim(
        where: """
            NOT EXISTS (
                    SELECT
                    FROM noetl.outbox AS earlier
                    WHERE earlier.execution_id = outbox.execution_id
                        AND earlier.outbox_id < outbox.outbox_id
                        AND earlier.status IN ('FAILED', 'IN_FLIGHT')
                        AND (\(Condition.leased("earlier."))
                            OR earlier.status = 'FAILED'
                            AND earlier.available_at > now()
                            AND earlier.available_at < 'infinity')
                    OFFSET 0
                )
            """,
        beside: """
            SELECT execution_id, min(outbox_id) AS outbox_id
                FROM noetl.outbox
                WHERE \(Condition.owed)
                    AND outbox_id < (SELECT max(outbox_id) FROM lowest)
                    AND outbox_id NOT IN (SELECT outbox_id FROM lowest)
                    AND execution_id IS NOT NULL
                GROUP BY execution_id
            """,
        and: """
            NOT EXISTS (
                    SELECT
                    FROM others
                    WHERE others.execution_id = lowest.execution_id
                        AND others.outbox_id < lowest.outbox_id
                )
                AND NOT EXISTS (
                    SELECT
                    FROM noetl.outbox AS earlier
                    WHERE earlier.execution_id = lowest.execution_id
                        AND earlier.outbox_id < lowest.outbox_id
                        AND \(Condition.inFlight("earlier."))
                        AND earlier.outbox_id NOT IN (SELECT outbox_id FROM lowest)
                    OFFSET 0
                )
            """
    )

    private static let markPublished: Statement = """
        UPDATE noetl.outbox
        SET status = 'PUBLISHED',
            published_at = now(),
            updated_at = now(),
            last_error = NULL
        WHERE outbox_id = ANY($1)
            AND status <> 'PUBLISHED'
        """

    private static let markClaimedPublished: Statement = """
        UPDATE noetl.outbox AS o
        SET status = 'PUBLISHED',
            published_at = now(),
            updated_at = now(),
            last_error = NULL
        FROM unnest($1::bigint[], $2::bigint[]) AS claimed (outbox_id, attempts)
        WHERE o.outbox_id = claimed.outbox_id
            AND o.attempts = claimed.attempts
            AND o.status <> 'PUBLISHED'
        """

    private static let markFailed: Statement = """
        UPDATE noetl.outbox
        SET status = 'FAILED',
            available_at = now() + make_interval(secs => $3),
            last_error = $2,
            updated_at = now()
        WHERE outbox_id = $1
            AND status <> 'PUBLISHED'
            AND attempts = coalesce($4::bigint, attempts)
        """

    // As a row looks that is parked without a lease.
    private static let park: Statement = """
        UPDATE noetl.outbox
        SET status = 'FAILED',
            available_at = 'infinity',
            locked_at = NULL,
            last_error = $2,
            updated_at = now()
        WHERE outbox_id = $1
            AND status <> 'PUBLISHED'
            AND attempts = coalesce($3::bigint, attempts)
        """

    // Both scans are of an index alone, and end at the limit.
    private static let pendingRows: Statement = """
        SELECT least($2, due.count + expired.count),
            extract(epoch FROM now() - least(due.since, expired.since + make_interval(secs => $1)))
        FROM (
            SELECT count(*), min(available_at) AS since
            FROM (SELECT available_at FROM noetl.outbox WHERE \(Condition.due) LIMIT $2) AS rows
        ) AS due, (
            SELECT count(*), min(locked_at) AS since
            FROM (SELECT locked_at FROM noetl.outbox WHERE \(Condition.expired) LIMIT $2) AS rows
        ) AS expired
        """

    private static let reclaimExpired: Statement = """
        UPDATE noetl.outbox
        SET status = 'PENDING',
            locked_at = NULL,
            updated_at = now()
        WHERE outbox_id IN (
            SELECT outbox_id
            FROM noetl.outbox
            WHERE \(Condition.expired)
            ORDER BY locked_at
            LIMIT $2
            FOR UPDATE SKIP LOCKED
        )
        """
}
