import JetStream
import Outbox

/// Turns claimed rows into messages.
struct EventMessageWriter: Sendable {
    private let subjects: EventSubject

    init(subjects: EventSubject) {
        self.subjects = subjects
    }

    /// The subject a row is published to: its own if it has one.
    func subject(of index: Int, in batch: some RowBatch) -> String {
        let row = batch.rows[index]
        if let subject = row.subject, !subject.isEmpty { return subject }
        return self.subjects.subject(
            tenant: batch.tenant(index),
            organization: batch.organization(index),
            executionID: row.executionID
        )
    }

    /// Writes the message of a row: its payload, byte for byte, under headers that say what it is.
    ///
    /// - Parameters:
    ///   - index: The row's.
    ///   - batch: The batch it is in.
    ///   - draft: Where to.
    /// - Throws: `NATSError` for a subject that cannot be published to.
    func write(_ index: Int, in batch: some RowBatch, to draft: inout MessageDraft) throws {
        let row = batch.rows[index]
        let subject = self.subject(of: index, in: batch)
        try batch.withPayload(index) { try draft.begin(subject: subject, body: $0) }
        draft.addHeader("Nats-Msg-Id", row.executionID, row.eventID)
        draft.addHeader("Noetl-Event-Id", row.eventID)
        draft.addHeader("Noetl-Outbox-Id", row.outboxID)
        draft.addHeader("Content-Type", "application/json")
        if let execution = row.executionID { draft.addHeader("Noetl-Execution-Id", execution) }
        if let type = batch.eventType(index) { draft.addHeader("Noetl-Event-Type", type) }
        if let traceparent = batch.traceparent(index) { draft.addHeader("traceparent", traceparent) }
    }
}
