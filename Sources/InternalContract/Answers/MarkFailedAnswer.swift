package import RawJSON

/// The answer of `POST outbox/mark-failed`: `{"marked": bool, "available_at_in": seconds}`.
package struct MarkFailedAnswer: Hashable, ContractAnswer {
    /// Whether the row changed.
    package let isMarked: Bool
    /// The seconds until it is due again; `nil` where the row was to be parked.
    package let delaySeconds: Int64?

    /// Creates the answer.
    package init(isMarked: Bool, delaySeconds: Int64?) {
        self.isMarked = isMarked
        self.delaySeconds = delaySeconds
    }

    // swift-format-ignore: AllPublicDeclarationsHaveDocumentation
    package init?(_ body: JSONValue) {
        guard let isMarked = body["marked"]?.bool, let delay = body["available_at_in"] else { return nil }
        self.isMarked = isMarked
        self.delaySeconds = try? delay.lenientInteger()
        guard delay.isNull || self.delaySeconds != nil else { return nil }
    }

    /// The answer as JSON.
    package var json: [UInt8] {
        var json = JSONWriter()
        json.object { json in
            json.key("marked")
            json.bool(self.isMarked)
            json.key("available_at_in")
            json.integer(self.delaySeconds)
        }
        return json.bytes
    }
}
