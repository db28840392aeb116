import RawJSON

/// The answer of `POST outbox/mark-published`: `{"marked": n}`.
package struct MarkPublishedAnswer: Hashable, Sendable {
    private let marked: Int

    /// Creates the answer; `marked` is how many rows really changed.
    package init(marked: Int) {
        self.marked = marked
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
