/// How long one who listens waits behind a commit that nobody notifies of.
///
/// What is being committed takes as long as the disk does, a millisecond or less, or as a standby that is waited for does.
struct Patience {
    /// Where many commit, somebody's notification comes before.
    private static let shortest = Duration.milliseconds(3)
    /// Behind a commit that takes longer than a second, the look of once a second is soon enough.
    private static let longest = Duration.seconds(5)

    private var last: Duration?

    /// How long to wait after a turn, half as long again as the last time where somebody still commits; `nil` where there is
    /// nothing to wait for but a notification.
    mutating func next(after result: TurnResult) -> Duration? {
        if result.rows > 0 || !result.hasUnannounced { self.last = nil }
        guard result.mayHaveUnannounced else { return nil }
        let pause = self.last.map { min($0 * 3 / 2, Self.longest) } ?? Self.shortest
        self.last = pause
        return pause
    }
}
