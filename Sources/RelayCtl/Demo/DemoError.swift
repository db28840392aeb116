/// Why the demo could not go on, as one sentence for a person; what a log said may follow it on lines of its own.
struct DemoError: Error, Hashable, Sendable, CustomStringConvertible {
    let description: String

    init(_ sentence: String) {
        self.description = sentence
    }
}
