package import RawJSON

/// The body of `POST outbox/mark-published`.
package struct MarkPublishedRequest: ContractRequest, Hashable {
    /// The rows to mark, at least one; unknown and repeated ones are allowed.
    package let outboxIDs: [Int64]

    // swift-format-ignore: AllPublicDeclarationsHaveDocumentation
    package static let indexingDepth = 2

    // swift-format-ignore: AllPublicDeclarationsHaveDocumentation
    package init(_ body: JSONValue) throws(RefusedBody) {
        var fields = RequestFields(body)
        self.outboxIDs = fields.integers("outbox_ids")
        try fields.check()
    }
}
