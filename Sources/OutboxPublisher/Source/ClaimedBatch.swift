import InternalContract
import Outbox
import RawJSON

/// Rows claimed over HTTP, on a lease.
///
/// Payloads stay in the answer and are lent from there.
struct ClaimedBatch: RowBatch {
    let rows: [OutboxRow]
    private let payloads: [JSONValue]

    init(_ answer: ClaimedRows) {
        self.payloads = answer.payloads
        self.rows = answer.rows.map { row in
            OutboxRow(
                outboxID: row.outboxID,
                eventID: row.eventID,
                executionID: row.executionID,
                subject: row.subject,
                attempts: row.attempts
            )
        }
    }

    func withPayload<R: ~Copyable>(_ index: Int, _ body: (UnsafeRawBufferPointer) throws -> R) throws -> R {
        // A span's closure, unlike that of an array, may return what cannot be copied.
        try self.payloads[index].bytes.span.withUnsafeBytes { try body($0) }
    }

    func tenant(_ index: Int) -> String? { self.payloads[index]["tenant_id"]?.shownText }

    func organization(_ index: Int) -> String? { self.payloads[index]["organization_id"]?.shownText }

    func eventType(_ index: Int) -> String? { self.payloads[index]["event_type"]?.shownText }

    func traceparent(_ index: Int) -> String? { self.payloads[index]["meta"]?["traceparent"]?.shownText }

    /// A claim does not say when its rows were written.
    func waited(_ index: Int) -> Double? { nil }
}

extension JSONValue {
    /// The value as PostgreSQL's `->>` shows it: a string's text, `nil` for null, and the JSON of anything else.
    fileprivate var shownText: String? {
        self.isNull ? nil : self.string ?? self.rawText
    }
}
