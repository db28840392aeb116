package import RawJSON

/// The body of `POST outbox/mark-published`.
package struct MarkPublishedRequest: ContractRequest, Hashable {
    /// The rows to mark, at least one; unknown and repeated ones are allowed.
    package let outboxIDs: [Int64]
    /// For each row its `attempts` as the claim answered them, where the caller says: a row that has been claimed again
    /// since is left alone.
    ///
    /// An addition of ours; the field is called `claimed_attempts`.
    package let claimedAttempts: [Int64]?

    /// Creates a request.
    package init(outboxIDs: [Int64], claimedAttempts: [Int64]? = nil) {
        self.outboxIDs = outboxIDs
        self.claimedAttempts = claimedAttempts
    }

    // swift-format-ignore: AllPublicDeclarationsHaveDocumentation
    package static let indexingDepth = 2

    // swift-format-ignore: AllPublicDeclarationsHaveDocumentation
    package init(_ body: JSONValue) throws(RefusedBody) {
        var fields = RequestFields(body)
        self.outboxIDs = fields.integers("outbox_ids")
        self.claimedAttempts = fields.integers("claimed_attempts", asManyAs: "outbox_ids")
        try fields.check()
    }

    /// The body as JSON.
    package var json: [UInt8] {
        var json = JSONWriter(reservingCapacity: 64 + 24 * self.outboxIDs.count)
        json.object { json in
            json.key("outbox_ids")
            json.array { json in
                for id in self.outboxIDs { json.integer(id) }
            }
            if let claimedAttempts {
                json.key("claimed_attempts")
                json.array { json in
                    for attempts in claimedAttempts { json.integer(attempts) }
                }
            }
        }
        return json.bytes
    }
}
