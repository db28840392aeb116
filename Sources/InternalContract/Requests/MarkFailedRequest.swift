package import RawJSON

/// The body of `POST outbox/mark-failed`.
package struct MarkFailedRequest: ContractRequest, Hashable {
    /// The row to mark.
    package let outboxID: Int64
    /// What went wrong, of any length.
    package let error: String
    /// How often the row was tried, where the caller says; at least 1.
    package let givenAttempts: Int64?
    /// The longest delay in seconds, at least 1 and 300 by default.
    package let maximumDelaySeconds: Int64
    /// Whether to park the row: it is not tried again until somebody lets it go.
    ///
    /// An addition of ours; the field is called `park`, and servers that do not know it have the row wait.
    package let isParked: Bool

    /// Creates a request.
    package init(
        outboxID: Int64,
        error: String,
        attempts: Int64,
        maximumDelaySeconds: Int64,
        isParked: Bool = false
    ) {
        self.outboxID = outboxID
        self.error = error
        self.givenAttempts = attempts
        self.maximumDelaySeconds = maximumDelaySeconds
        self.isParked = isParked
    }

    /// How often the row was tried; 1 where the caller does not say.
    package var attempts: Int64 { self.givenAttempts ?? 1 }

    // swift-format-ignore: AllPublicDeclarationsHaveDocumentation
    package static let indexingDepth = 1

    // swift-format-ignore: AllPublicDeclarationsHaveDocumentation
    package init(_ body: JSONValue) throws(RefusedBody) {
        var fields = RequestFields(body)
        self.outboxID = fields.integer("outbox_id", in: .min ... .max)
        self.error = fields.string("error")
        let attempts = fields.integer("attempts", default: 1, in: 1 ... .max)
        self.givenAttempts = body["attempts"].map { _ in attempts }
        self.maximumDelaySeconds = fields.integer("max_delay_seconds", default: 300, in: 1 ... .max)
        self.isParked = fields.boolean("park")
        try fields.check()
    }

    /// The body as JSON.
    package var json: [UInt8] {
        var json = JSONWriter()
        json.object { json in
            json.key("outbox_id")
            json.integer(self.outboxID)
            json.key("error")
            json.string(self.error)
            json.key("attempts")
            json.integer(self.attempts)
            json.key("max_delay_seconds")
            json.integer(self.maximumDelaySeconds)
            if self.isParked {
                json.key("park")
                json.bool(true)
            }
        }
        return json.bytes
    }
}
