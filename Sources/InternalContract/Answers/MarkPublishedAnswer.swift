package import RawJSON

/// The answer of `POST outbox/mark-published`: `{"marked": n}`.
package struct MarkPublishedAnswer: Hashable, ContractAnswer {
    /// How many rows really changed.
    package let marked: Int

    /// Creates the answer.
    package init(marked: Int) {
        self.marked = marked
    }

    // swift-format-ignore: AllPublicDeclarationsHaveDocumentation
    package init?(_ body: JSONValue) {
        guard let marked = body.integerMember("marked") else { return nil }
        self.marked = Int(marked)
    }

    /// The answer as JSON.
    package var json: [UInt8] {
        var json = JSONWriter()
        json.object { json in
            json.key("marked")
            json.integer(self.marked)
        }
        return json.bytes
    }
}
