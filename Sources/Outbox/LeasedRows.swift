import Postgres

/// Rows claimed on a lease, sorted by `outbox_id`.
///
/// Their payloads stay in the database's answer.
package struct LeasedRows: Sendable {
    /// The rows.
    package let rows: [OutboxRow]
    private let result: QueryResult

    init(_ result: QueryResult) throws {
        self.result = result
        self.rows = try (0..<result.rowCount).map { try OutboxRow(result, row: $0) }
    }

    /// Lends the payload of a row: JSON as PostgreSQL prints it.
    package func withPayload<R: ~Copyable>(
        _ index: Int,
        _ body: (UnsafeRawBufferPointer) throws -> R
    ) rethrows -> R {
        try self.result.withBytes(row: index, column: 5, body)
    }

    /// How `payload_bytes`, which is not part of a claim, is encoded.
    package func payloadCodec(_ index: Int) -> String {
        self.result.text(row: index, column: 6) ?? ""
    }
}
