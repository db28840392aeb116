/// How many replicas there are to be: what KEDA's documentation says of 0 and 1, and of an HPA with AverageValue.
struct ScalingRule: Sendable {
    /// The most replicas.
    var maximum = 4
    /// After how long without anything to do there are none.
    var cooldown = Duration.seconds(2)
    private var lastActive: ContinuousClock.Instant?

    init(maximum: Int = 4, cooldown: Duration = .seconds(2)) {
        self.maximum = maximum
        self.cooldown = cooldown
    }

    /// The number after a poll; `nil` is one that failed, which leaves it as it is.
    mutating func replicas(now current: Int, _ reading: TriggerReading?, at moment: ContinuousClock.Instant) -> Int {
        guard let reading else { return current }
        if reading.isActive { self.lastActive = moment }
        if current == 0 { return reading.isActive ? 1 : 0 }
        if !reading.isActive, self.lastActive.map({ moment - $0 >= self.cooldown }) ?? true { return 0 }
        let wanted = reading.metrics.map { Int(($0.value / $0.target).rounded(.up)) }.max() ?? current
        return min(self.maximum, max(1, wanted))
    }

    /// The number after a push.
    mutating func replicasAfterPush(now current: Int, at moment: ContinuousClock.Instant) -> Int {
        self.lastActive = moment
        return max(1, current)
    }
}
