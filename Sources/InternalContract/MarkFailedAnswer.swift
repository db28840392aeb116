import RawJSON

/// The answer of `POST outbox/mark-failed`: `{"marked": bool, "available_at_in": seconds}`.
package struct MarkFailedAnswer: Hashable, Sendable {
    private let isMarked: Bool
    private let delaySeconds: Int64

    /// Creates the answer.
    ///
    /// - Parameters:
    ///   - isMarked: Whether the row changed.
    ///   - delaySeconds: The seconds until it is due again.
    package init(isMarked: Bool, delaySeconds: Int64) {
        self.isMarked = isMarked
        self.delaySeconds = delaySeconds
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
