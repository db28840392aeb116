package import RawJSON

/// A row in the answer of a claim, without its payload.
package struct ClaimedRow: Sendable {
    /// How long a row usually is without its payload.
    static let typicalBytes = 256

    private let outboxID: Int64
    private let eventID: Int64
    private let executionID: Int64?
    private let subject: String?
    private let payloadCodec: String
    private let attempts: Int64

    /// Creates a row; `attempts` counts this claim.
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
