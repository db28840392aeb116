/// The messages of one call to ``JetStreamPublisher/publish(_:timeout:_:)`` and what became of each so far.
///
/// Each message is settled once; what comes later is ignored.
struct PublishBatch {
    private var settled: [PublishOutcome?]

    /// How many are not settled.
    private(set) var open: Int

    init(count: Int) {
        self.settled = Array(repeating: nil, count: count)
        self.open = count
    }

    /// What became of each message, once all are settled.
    var outcomes: [PublishOutcome] { self.settled.compactMap { $0 } }

    /// Says what became of one message; an index of another batch is ignored.
    mutating func settle(_ index: Int, _ outcome: PublishOutcome) {
        guard self.settled.indices.contains(index), self.settled[index] == nil else { return }
        self.settled[index] = outcome
        self.open -= 1
    }

    /// Says the same of all messages that are still open.
    mutating func settleRest(_ outcome: PublishOutcome) {
        for index in self.settled.indices { self.settle(index, outcome) }
    }
}
