import Postgres

/// Rows held by the row locks of an open transaction, each execution's in `outbox_id` order.
///
/// Payloads stay in the database's answer and are lent from there.
package struct LockedBatch: Sendable {
    /// The rows.
    package let rows: [OutboxRow]
    /// Whether rows were being committed, or may have been, that are not in this claim and that no notification tells of:
    /// look again.
    package let hasUnannounced: Bool
    private let result: QueryResult

    init(_ result: QueryResult, hasUnannounced: Bool) throws {
        self.result = result
        self.hasUnannounced = hasUnannounced
        // This claim is counted when it is settled; until then the column has those before it.
        self.rows = try (0..<result.rowCount).map { try OutboxRow(result, row: $0, uncountedClaims: 1) }
    }

    /// Lends the payload of a row: JSON as PostgreSQL prints it.
    package func withPayload<R: ~Copyable>(
        _ index: Int,
        _ body: (UnsafeRawBufferPointer) throws -> R
    ) rethrows -> R {
        try self.result.withBytes(row: index, column: 5, body)
    }

    /// The envelope's `tenant_id`, where it has one.
    package func tenant(_ index: Int) -> String? { self.result.text(row: index, column: 6) }

    /// The envelope's `organization_id`, where it has one.
    package func organization(_ index: Int) -> String? { self.result.text(row: index, column: 7) }

    /// The envelope's `event_type`, where it has one.
    package func eventType(_ index: Int) -> String? { self.result.text(row: index, column: 8) }

    /// The W3C trace context in the envelope's `meta`, where there is one.
    package func traceparent(_ index: Int) -> String? { self.result.text(row: index, column: 9) }

    /// How long the row has waited since it was written, in seconds.
    package func age(_ index: Int) -> Double { self.result.text(row: index, column: 10).flatMap(Double.init) ?? 0 }
}
