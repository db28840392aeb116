package import RawJSON

/// The answer of `POST events/dead-letters`: `{"recorded": n, "duplicates": n}`.
package struct DeadLettersAnswer: Hashable, ContractAnswer {
    /// How many dead letters were recorded.
    package let recorded: Int
    /// How many were there already, or twice in the request.
    package let duplicates: Int

    /// Creates the answer.
    package init(recorded: Int, duplicates: Int) {
        self.recorded = recorded
        self.duplicates = duplicates
    }

    // swift-format-ignore: AllPublicDeclarationsHaveDocumentation
    package init?(_ body: JSONValue) {
        guard let recorded = body.integerMember("recorded"), let duplicates = body.integerMember("duplicates") else {
            return nil
        }
        self.recorded = Int(recorded)
        self.duplicates = Int(duplicates)
    }

    /// The answer as JSON.
    package var json: [UInt8] {
        var json = JSONWriter()
        json.object { json in
            json.key("recorded")
            json.integer(self.recorded)
            json.key("duplicates")
            json.integer(self.duplicates)
        }
        return json.bytes
    }
}
