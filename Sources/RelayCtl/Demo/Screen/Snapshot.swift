/// What the screen shows at one instant.
struct Snapshot: Hashable, Sendable {
    /// How many events there will be.
    let events: Int
    /// How many seconds have passed since the first was due.
    let seconds: Double
    /// How far each stage is.
    let progress: Progress
    /// How many events a second each stage has had of late.
    let rates: Rates
}
