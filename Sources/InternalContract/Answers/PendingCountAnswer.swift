package import RawJSON

/// The answer of `GET outbox/pending-count`: `{"pending": n}`.
package struct PendingCountAnswer: Hashable, ContractAnswer {
    /// How many rows are due or have a lease that ran out.
    package let pending: Int64

    /// Creates the answer.
    package init(pending: Int64) {
        self.pending = pending
    }

    // swift-format-ignore: AllPublicDeclarationsHaveDocumentation
    package init?(_ body: JSONValue) {
        guard let pending = body.integerMember("pending") else { return nil }
        self.pending = pending
    }

    /// The answer as JSON.
    package var json: [UInt8] {
        var json = JSONWriter()
        json.object { json in
            json.key("pending")
            json.integer(self.pending)
        }
        return json.bytes
    }
}
