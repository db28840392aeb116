package import RawJSON

/// The body of `POST outbox/mark-failed`.
package struct MarkFailedRequest: ContractRequest, Hashable {
    /// The row to mark.
    package let outboxID: Int64
    /// What went wrong, of any length.
    package let error: String
    /// How often the row was tried, for the back-off alone; at least 1, which it is by default.
    package let attempts: Int64
    /// The row's `attempts` as the claim answered them, where the caller says; at least 1: a row that has been claimed
    /// again since is left alone.
    ///
    /// An addition of ours; the field is called `claimed_attempts`.
    package let claimedAttempts: Int64?
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
        claimedAttempts: Int64? = nil,
        maximumDelaySeconds: Int64,
        isParked: Bool = false
    ) {
        self.outboxID = outboxID
        self.error = error
        self.attempts = attempts
        self.claimedAttempts = claimedAttempts
        self.maximumDelaySeconds = maximumDelaySeconds
        self.isParked = isParked
    }

    // swift-format-ignore: AllPublicDeclarationsHaveDocumentation
    package static let indexingDepth = 1

    // swift-format-ignore: AllPublicDeclarationsHaveDocumentation
    package init(_ body: JSONValue) throws(RefusedBody) {
        var fields = RequestFields(body)
        self.outboxID = fields.integer("outbox_id", in: .min ... .max)
        self.error = fields.string("error")
        self.attempts = fields.integer("attempts", default: 1, in: 1 ... .max)
        self.maximumDelaySeconds = fields.integer("max_delay_seconds", default: 300, in: 1 ... .max)
        self.isParked = fields.boolean("park")
        self.claimedAttempts = fields.optionalInteger("claimed_attempts", in: 1 ... .max)
        try fields.check()
    }

    /// The body as JSON.
    package var json: [UInt8] {
        var json = JSONWriter()
        json.object { json in
            json.key("outbox_id")
            json.integer(self.outboxID)
            if let claimedAttempts {
                json.key("claimed_attempts")
                json.integer(claimedAttempts)
            }
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
