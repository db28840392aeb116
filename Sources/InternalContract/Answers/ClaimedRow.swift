package import RawJSON

/// A row in the answer of a claim, without its payload.
package struct ClaimedRow: Hashable, Sendable {
    /// How long a row usually is without its payload.
    static let typicalBytes = 256

    /// The row's key.
    package let outboxID: Int64
    /// The event's id.
    package let eventID: Int64
    /// The execution the event belongs to, if to one.
    package let executionID: Int64?
    /// The subject to publish to, where the writer chose one.
    package let subject: String?
    /// How `payload_bytes`, which is not part of a claim, is encoded.
    package let payloadCodec: String
    /// How often the row was claimed, this time included.
    package let attempts: Int64

    /// Creates a row.
    package init(
        outboxID: Int64,
        eventID: Int64,
        executionID: Int64?,
        subject: String?,
        payloadCodec: String,
        attempts: Int64
    ) {
        self.outboxID = outboxID
        self.eventID = eventID
        self.executionID = executionID
        self.subject = subject
        self.payloadCodec = payloadCodec
        self.attempts = attempts
    }

    /// Reads a row; `nil` where it is none.
    init?(_ row: JSONValue) {
        guard let outboxID = row.integerMember("outbox_id"), let eventID = row.integerMember("event_id"),
            let attempts = row.integerMember("attempts")
        else { return nil }
        self.init(
            outboxID: outboxID,
            eventID: eventID,
            executionID: row.integerMember("execution_id"),
            subject: row["subject"]?.string,
            payloadCodec: row["payload_codec"]?.string ?? "",
            attempts: attempts
        )
    }

    /// Writes the row.
    ///
    /// - Parameters:
    ///   - payload: JSON, passed on byte for byte.
    ///   - json: What to write to.
    package func encode(payload: UnsafeRawBufferPointer, into json: inout JSONWriter) {
        json.object { json in
            json.key("outbox_id")
            json.integer(self.outboxID)
            json.key("event_id")
            json.integer(self.eventID)
            json.key("execution_id")
            json.integer(self.executionID)
            json.key("subject")
            json.string(self.subject)
            json.key("payload")
            json.raw(payload)
            json.key("payload_codec")
            json.string(self.payloadCodec)
            json.key("attempts")
            json.integer(self.attempts)
        }
    }
}
