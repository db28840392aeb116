/// What a process used until it ended.
struct Usage: Hashable, Sendable {
    /// From its start to its end.
    let seconds: Double
    /// Of all its threads, in user and kernel mode.
    let processorSeconds: Double
    /// The most memory it had at once, in MiB.
    let peakMiB: Double
}
