/// How much is measured.
struct Size: Hashable, Sendable {
    /// How often each figure is measured.
    var rounds: Int
    /// Rows or messages to move in a round.
    var rows: Int
    /// Rows of the drain whose memory is measured.
    var memoryRows: Int
    /// Commits a second.
    var loads: [Int]
    /// How long commits go on.
    var loadSeconds: Double
    /// Rows that wait while others are moved or counted.
    var backlogs: [Int]
    /// Rows that are kept after they were published.
    var retained: [Int]
    /// Autoscalers that poll at a time.
    var pollers: [Int]
    /// How long polling and idling go on.
    var idleSeconds: Double

    /// The whole table.
    static let full = Size(
        rounds: 5,
        rows: 200_000,
        memoryRows: 1_000_000,
        loads: [100, 1_000, 5_000],
        loadSeconds: 5,
        backlogs: [10_000, 100_000, 1_000_000, 10_000_000],
        retained: [0, 1_000_000, 10_000_000],
        pollers: [1, 10, 100],
        idleSeconds: 10
    )

    /// What fits into two minutes.
    static let quick = Size(
        rounds: 5,
        rows: 40_000,
        memoryRows: 40_000,
        loads: [1_000],
        loadSeconds: 2,
        backlogs: [10_000, 100_000],
        retained: [0, 100_000],
        pollers: [10],
        idleSeconds: 4
    )
}
