package import RawJSON

/// The body of `POST outbox/mark-failed`.
package struct MarkFailedRequest: ContractRequest, Hashable {
    /// The row to mark.
    package let outboxID: Int64
    /// What went wrong, of any length.
    package let error: String
    /// How often the row was tried, at least 1 and 1 by default.
    package let attempts: Int64
    /// The longest delay in seconds, at least 1 and 300 by default.
    package let maximumDelaySeconds: Int64

    // swift-format-ignore: AllPublicDeclarationsHaveDocumentation
    package static let indexingDepth = 1

    // swift-format-ignore: AllPublicDeclarationsHaveDocumentation
    package init(_ body: JSONValue) throws(RefusedBody) {
        var fields = RequestFields(body)
        self.outboxID = fields.integer("outbox_id", in: .min ... .max)
        self.error = fields.string("error")
        self.attempts = fields.integer("attempts", default: 1, in: 1 ... .max)
        self.maximumDelaySeconds = fields.integer("max_delay_seconds", default: 300, in: 1 ... .max)
        try fields.check()
    }
}
