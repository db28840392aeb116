import JetStream
import Outbox

/// Turns claimed rows into messages.
struct EventMessageFactory: Sendable {
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

    /// The message of a row: its payload, byte for byte, under headers that say what it is.
    ///
    /// - Throws: `NATSError` for a subject that cannot be published to.
    func message(_ index: Int, in batch: some RowBatch) throws -> NATSMessage {
        let row = batch.rows[index]
        let subject = self.subject(of: index, in: batch)
        var message = try batch.withPayload(index) { try NATSMessage(subject: subject, body: $0) }
        message.addHeader("Nats-Msg-Id", row.executionID, row.eventID)
        message.addHeader("Noetl-Event-Id", row.eventID)
        message.addHeader("Noetl-Outbox-Id", row.outboxID)
        message.addHeader("Content-Type", "application/json")
        if let execution = row.executionID { message.addHeader("Noetl-Execution-Id", execution) }
        if let type = batch.eventType(index) { message.addHeader("Noetl-Event-Type", type) }
        if let traceparent = batch.traceparent(index) { message.addHeader("traceparent", traceparent) }
        return message
    }
}
