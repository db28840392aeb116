import Testing

struct ScalingRuleTests {
    private let start = ContinuousClock.now

    private func reading(_ values: [Double], target: Double = 100, isActive: Bool = true) -> TriggerReading {
        TriggerReading(isActive: isActive, metrics: values.map { .init(value: $0, target: target) })
    }

    @Test(arguments: [(1, 1), (100, 1), (101, 2), (200, 2), (399, 4), (10_000, 4)] as [(Double, Int)])
    func `there are as many as the value holds targets, rounded up, to the maximum`(value: Double, replicas: Int) {
        var rule = ScalingRule(maximum: 4)
        #expect(rule.replicas(now: 1, self.reading([value]), at: self.start) == replicas)
        #expect(rule.replicas(now: 4, self.reading([value]), at: self.start) == replicas)
    }

    @Test func `from zero there is one first, and the metric that wants most wins`() {
        var rule = ScalingRule(maximum: 4)
        #expect(rule.replicas(now: 0, self.reading([1000]), at: self.start) == 1)
        #expect(rule.replicas(now: 1, self.reading([5, 250]), at: self.start) == 3)
    }

    @Test func `there are none only when the cooldown is over, which a push begins anew`() {
        var rule = ScalingRule(cooldown: .seconds(10))
        let idle = self.reading([0], isActive: false)
        #expect(rule.replicas(now: 0, idle, at: self.start) == 0)
        #expect(rule.replicasAfterPush(now: 0, at: self.start) == 1)
        #expect(rule.replicas(now: 1, idle, at: self.start + .seconds(9)) == 1)
        #expect(rule.replicasAfterPush(now: 3, at: self.start + .seconds(9)) == 3)
        #expect(rule.replicas(now: 3, idle, at: self.start + .seconds(18)) == 1)
        #expect(rule.replicas(now: 1, idle, at: self.start + .seconds(19)) == 0)
    }

    @Test func `a poll that fails changes nothing`() {
        var rule = ScalingRule(cooldown: .zero)
        for replicas in 0...4 { #expect(rule.replicas(now: replicas, nil, at: self.start) == replicas) }
    }
}
