import Postgres
import Waiting

// What operators ask: how the table stands.
extension OutboxRepository {
    /// How the table stands.
    ///
    /// - Parameters:
    ///   - lease: How long a claim over HTTP lasts.
    ///   - bytes: How much of the table is read to count published rows; of a larger table it is a sample.
    /// - Returns: Counts of one moment.
    /// - Throws: `PostgresError`.
    package func status(lease: Duration, readingAtMost bytes: Int64 = 128 << 20) async throws -> OutboxStatus {
        let results = try await self.connection.run([
            Step(Self.counts, [.double(lease.seconds), .integer(bytes)]),
            Step(Self.parkedByReason),
        ])
        let (counts, reasons) = (results[0], results[1])
        func count(_ column: Int) throws -> Int64 { try counts.requiredInteger(row: 0, column: column) }
        return OutboxStatus(
            due: try count(0),
            waiting: try count(1),
            leased: try count(2),
            expired: try count(3),
            parked: try count(4),
            published: try count(5),
            isPublishedEstimated: counts.boolean(row: 0, column: 6),
            oldestAge: counts.text(row: 0, column: 7).flatMap(Double.init),
            oldestLeaseAge: counts.text(row: 0, column: 8).flatMap(Double.init),
            parkedRows: try (0..<reasons.rowCount)
                .map { row in
                    OutboxStatus.ParkedRows(
                        reason: reasons.text(row: row, column: 0) ?? "",
                        count: try reasons.requiredInteger(row: row, column: 1),
                        firstID: try reasons.requiredInteger(row: row, column: 2)
                    )
                }
        )
    }

    /// How much of the table is read for published rows, in percent.
    private static let sample = "least(100, 100.0 * $2::bigint / greatest(pg_relation_size('noetl.outbox'), 1))::real"

    // Each count has the condition of a partial index, but for that of the published rows. A LIMIT would bound what it
    // finds and not what it reads: where 10 M rows wait before the first published one, all of them. The sample is of
    // whole pages, the same ones each time, so that two looks differ by what happened between them.
    private static let counts: Statement = """
        SELECT (SELECT count(*) FROM noetl.outbox WHERE \(Condition.due)),
            (SELECT count(*) FROM noetl.outbox WHERE \(Condition.owed) AND available_at > now()),
            (SELECT count(*) FROM noetl.outbox WHERE \(Condition.leased())),
            (SELECT count(*) FROM noetl.outbox WHERE \(Condition.expired)),
            (SELECT count(*) FROM noetl.outbox WHERE \(Condition.parked)),
            (
                SELECT round(count(*) * 100.0 / \(Self.sample))::bigint
                FROM noetl.outbox TABLESAMPLE SYSTEM (\(Self.sample)) REPEATABLE (0)
                WHERE status = 'PUBLISHED'
            ),
            \(Self.sample) < 100,
            (
                SELECT extract(epoch FROM now() - least(
                    (SELECT created_at FROM noetl.outbox WHERE \(Condition.owed) ORDER BY outbox_id LIMIT 1),
                    (SELECT min(created_at) FROM noetl.outbox WHERE status = 'IN_FLIGHT')
                ))
            ),
            (
                SELECT extract(epoch FROM now() - min(locked_at))
                FROM noetl.outbox
                WHERE \(Condition.leased())
            )
        """

    private static let parkedByReason: Statement = """
        SELECT coalesce(last_error, ''), count(*), min(outbox_id)
        FROM noetl.outbox
        WHERE \(Condition.parked)
        GROUP BY 1
        ORDER BY 2 DESC, 3
        LIMIT 10
        """
}
