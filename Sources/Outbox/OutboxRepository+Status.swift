import Postgres
import Waiting

// What operators ask: how the table stands.
extension OutboxRepository {
    /// Up to how many published rows are counted; beyond, PostgreSQL's estimate of the table is used.
    private static let countedPublished: Int64 = 200_000

    /// How the table stands.
    ///
    /// - Parameter lease: How long a claim over HTTP lasts.
    /// - Returns: Counts of one moment.
    /// - Throws: `PostgresError`.
    package func status(lease: Duration) async throws -> OutboxStatus {
        let results = try await self.connection.run([
            Step(Self.counts, [.double(lease.seconds), .integer(Self.countedPublished)]),
            Step(Self.parkedByReason),
        ])
        let (counts, reasons) = (results[0], results[1])
        func count(_ column: Int) throws -> Int64 { try counts.requiredInteger(row: 0, column: column) }
        let published = try count(5)
        let all = try count(6)
        let others = try count(0) + count(1) + count(2) + count(3) + count(4)
        let isEstimated = published > Self.countedPublished
        return OutboxStatus(
            due: try count(0),
            waiting: try count(1),
            leased: try count(2),
            expired: try count(3),
            parked: try count(4),
            published: isEstimated ? max(published, all - others) : published,
            isPublishedEstimated: isEstimated,
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

    // Each count has the condition of a partial index, but for that of the published rows, which is bounded.
    private static let counts: Statement = """
        SELECT (SELECT count(*) FROM noetl.outbox WHERE \(Condition.due)),
            (SELECT count(*) FROM noetl.outbox WHERE \(Condition.owed) AND available_at > now()),
            (SELECT count(*) FROM noetl.outbox WHERE \(Condition.leased())),
            (SELECT count(*) FROM noetl.outbox WHERE \(Condition.expired)),
            (SELECT count(*) FROM noetl.outbox WHERE \(Condition.parked)),
            (SELECT count(*) FROM (SELECT FROM noetl.outbox WHERE status = 'PUBLISHED' LIMIT $2 + 1) AS counted),
            (SELECT greatest(reltuples, 0)::bigint FROM pg_class WHERE oid = 'noetl.outbox'::regclass),
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
