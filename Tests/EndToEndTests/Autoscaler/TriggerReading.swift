/// What a trigger says at one poll.
struct TriggerReading: Sendable {
    /// A metric and how much of it each replica is to have.
    struct Metric: Sendable {
        let value: Double
        let target: Double
    }

    /// Whether there is something to do, by the trigger's own activation.
    let isActive: Bool
    let metrics: [Metric]
}
