package import RawJSON

/// The body of `POST outbox/claim`.
package struct ClaimRequest: ContractRequest, Hashable {
    /// The most rows to claim: 1 to 1000, 100 where the body does not say.
    package let limit: Int64
    /// Whether to leave out rows that are behind one of their execution; an addition of ours, false by default.
    package let isOrdered: Bool

    /// Creates a request.
    package init(limit: Int64, isOrdered: Bool) {
        self.limit = limit
        self.isOrdered = isOrdered
    }

    // swift-format-ignore: AllPublicDeclarationsHaveDocumentation
    package static let indexingDepth = 1

    // swift-format-ignore: AllPublicDeclarationsHaveDocumentation
    package init(_ body: JSONValue) throws(RefusedBody) {
        var fields = RequestFields(body)
        self.limit = fields.integer("limit", default: 100, in: 1...1000)
        self.isOrdered = fields.boolean("ordered")
        try fields.check()
    }

    /// The body as JSON.
    package var json: [UInt8] {
        var json = JSONWriter()
        json.object { json in
            json.key("limit")
            json.integer(self.limit)
            json.key("ordered")
            json.bool(self.isOrdered)
        }
        return json.bytes
    }
}
