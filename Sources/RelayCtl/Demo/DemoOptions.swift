/// What a person chose about a demo.
struct DemoOptions: Hashable, Sendable {
    /// How many events to commit.
    let events: Int
    /// How many of them in a second.
    let rate: Int
    /// Whether everything is left running after the proof.
    let isKept: Bool
}
