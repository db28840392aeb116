/// The messages of one call to ``JetStreamPublisher/publish(_:timeout:until:delay:onDelay:while:_:)``, and what became of
/// each so far.
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

    /// How often the server said that nobody takes some message: once all others are settled, it was those that are not.
    private var nobodyCount = 0

    /// What became of each message, once all are settled.
    var outcomes: [PublishOutcome] { self.settled.compactMap { $0 } }

    /// Says what became of one message; an index of another batch is ignored.
    mutating func settle(_ index: Int, _ outcome: PublishOutcome) {
        guard self.settled.indices.contains(index), self.settled[index] == nil else { return }
        self.settled[index] = outcome
        self.open -= 1
    }

    /// Says what an answer says; one for a message of another batch is ignored.
    ///
    /// - Parameters:
    ///   - answer: What came.
    ///   - first: The number of this batch's first message.
    mutating func settle(_ answer: PubAckInbox.Answer, first: UInt64) {
        switch answer {
        case .outcome(let outcome, let number): self.settle(Int(truncatingIfNeeded: number &- first), outcome)
        case .nobody: self.nobodyCount += 1
        case .other: break
        }
        self.settleUnanswerable()
    }

    /// Settles the messages that nobody takes, once no others are open.
    mutating func settleUnanswerable() {
        guard self.open > 0, self.open == self.nobodyCount else { return }
        self.settleRest(.refused(NATSError(.noResponders, "no stream takes this subject")))
    }

    /// Says the same of all messages that are still open.
    mutating func settleRest(_ outcome: PublishOutcome) {
        for index in self.settled.indices { self.settle(index, outcome) }
    }
}
