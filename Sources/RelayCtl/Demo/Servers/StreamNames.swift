/// What a demo's stream and its consumer are called.
struct StreamNames: Hashable, Sendable {
    /// The stream.
    let stream: String
    /// What all its subjects begin with.
    let subjectPrefix: String
    /// The projector's durable consumer.
    let consumer: String

    /// All subjects of the stream.
    var subjects: String { "\(self.subjectPrefix).>" }

    /// The names that the services use by default.
    static let usual = Self(stream: "NOETL_EVENTS", subjectPrefix: "noetl.events", consumer: "noetl-projector")

    /// Names that nobody else uses.
    static func unique() -> Self {
        let mark = String.randomHex(digits: 8)
        return Self(
            stream: "NOETL_DEMO_\(mark)",
            subjectPrefix: "noetl-demo-\(mark)",
            consumer: "noetl-demo-\(mark)"
        )
    }
}
