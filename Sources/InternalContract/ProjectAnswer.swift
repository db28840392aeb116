import RawJSON

/// The answer of `POST events/project`: `{"projected": n, "duplicates": n}`.
package struct ProjectAnswer: Hashable, Sendable {
    private let projected: Int
    private let duplicates: Int

    /// Creates the answer.
    ///
    /// - Parameters:
    ///   - projected: How many events were stored.
    ///   - duplicates: How many were there already, or twice in the batch.
    package init(projected: Int, duplicates: Int) {
        self.projected = projected
        self.duplicates = duplicates
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
