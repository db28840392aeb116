/// The pauses between attempts to reach something that is away: doubling, jittered, bounded.
///
/// Full jitter over the upper half of each step, so that many processes that lost the same server do not return to it
/// in one wave, and none of them returns at once.
package struct RetryBackoff: Sendable {
    private let initial: Duration
    private let maximum: Duration
    private var attempt = 0

    /// Creates a sequence of pauses.
    ///
    /// - Parameters:
    ///   - initial: The longest the first pause can be.
    ///   - maximum: The longest any pause can be.
    package init(initial: Duration = .milliseconds(100), maximum: Duration) {
        self.initial = min(initial, maximum)
        self.maximum = maximum
    }

    /// The pause before the next attempt: between a half and the whole of `min(maximum, initial · 2ⁿ)`.
    package mutating func next() -> Duration {
        // 2³⁰ times any initial pause is beyond every maximum in use; the bound keeps the shift defined.
        let step = min(self.maximum, self.initial * (1 << min(self.attempt, 30)))
        self.attempt += 1
        return step * Double.random(in: 0.5...1)
    }

    /// Starts again from the first pause, after a success.
    package mutating func reset() {
        self.attempt = 0
    }
}
