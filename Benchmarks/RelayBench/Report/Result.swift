/// What one run measured, as `bench.json` holds it.
struct Result: Codable, Sendable {
    /// How many rounds each figure has.
    let rounds: Int
    /// Rows or messages of a round.
    let rows: Int
    /// The processors of the machine.
    let processors: Int
    /// What was measured, in order.
    let figures: [Figure]
}
