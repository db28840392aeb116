import JetStream

/// Looks whether messages wait at the broker that it does not send to anybody.
struct MovementWatch: Sendable {
    /// How long nothing may come before somebody asks the broker.
    static let patience = Duration.seconds(10)

    /// Whether messages waited at the last look and nothing had moved since the one before.
    private(set) var isStuck = false
    private var nextLook = ContinuousClock.now + Self.patience
    private var deliveries: UInt64?

    /// Whether it is time to look, as nothing came for a while.
    var isDue: Bool { ContinuousClock.now >= self.nextLook }

    /// Says that messages came.
    mutating func noteMessages() {
        self.isStuck = false
        self.deliveries = nil
        self.nextLook = .now + Self.patience
    }

    /// Takes a look at the consumer.
    ///
    /// Messages that are out with other replicas move nothing either, and are not stuck: they come back when the time
    /// for their acknowledgement is over.
    mutating func look(at consumer: ConsumerInfo) {
        let isFull = consumer.maximumAcknowledgementsPending.map { consumer.acknowledgementsPending >= $0 } ?? false
        self.isStuck = consumer.pending > 0 && !isFull && consumer.deliveries == self.deliveries
        self.deliveries = consumer.deliveries
        self.nextLook = .now + Self.patience
    }
}
