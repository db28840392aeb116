package import RawJSON

/// The answer of `POST outbox/claim` as a client reads it: rows sorted by `outbox_id`, their payloads as they came.
package struct ClaimedRows: ContractAnswer {
    /// The rows.
    package let rows: [ClaimedRow]
    /// The payload of each row.
    ///
    /// A view into the answer: `withBytes` lends the JSON byte for byte as the server sent it, and where it is an object
    /// its members, and theirs, can be looked up.
    package let payloads: [JSONValue]

    /// The answer, its rows, their members; and below a payload its members and their members.
    package static let indexingDepth = 5

    // swift-format-ignore: AllPublicDeclarationsHaveDocumentation
    package init?(_ body: JSONValue) {
        guard let list = body["rows"], list.kind == .array else { return nil }
        var rows: [ClaimedRow] = []
        var payloads: [JSONValue] = []
        rows.reserveCapacity(list.count)
        payloads.reserveCapacity(list.count)
        for element in list.elements {
            guard let row = ClaimedRow(element), let payload = element["payload"] else { return nil }
            rows.append(row)
            payloads.append(payload)
        }
        self.rows = rows
        self.payloads = payloads
    }
}
