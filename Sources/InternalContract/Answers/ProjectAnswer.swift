package import RawJSON

/// The answer of `POST events/project`: `{"projected": n, "duplicates": n}`.
package struct ProjectAnswer: Hashable, ContractAnswer {
    /// How many events were stored.
    package let projected: Int
    /// How many were there already, or twice in the batch.
    package let duplicates: Int

    /// Creates the answer.
    package init(projected: Int, duplicates: Int) {
        self.projected = projected
        self.duplicates = duplicates
    }

    // swift-format-ignore: AllPublicDeclarationsHaveDocumentation
    package init?(_ body: JSONValue) {
        guard let projected = body.integerMember("projected"), let duplicates = body.integerMember("duplicates") else {
            return nil
        }
        self.projected = Int(projected)
        self.duplicates = Int(duplicates)
    }

    /// The answer as JSON.
    package var json: [UInt8] {
        var json = JSONWriter()
        json.object { json in
            json.key("projected")
            json.integer(self.projected)
            json.key("duplicates")
            json.integer(self.duplicates)
        }
        return json.bytes
    }
}
