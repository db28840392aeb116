import RawJSON

/// `{"detail": "sentence"}`, the answer of everything that is refused for another reason than its body's content.
package struct ErrorAnswer: Hashable, Sendable {
    private let sentence: String

    /// Creates an answer.
    package init(_ sentence: String) {
        self.sentence = sentence
    }

    /// The answer as JSON.
    package var json: [UInt8] {
        var json = JSONWriter()
        json.object { json in
            json.key("detail")
            json.string(self.sentence)
        }
        return json.bytes
    }
}
