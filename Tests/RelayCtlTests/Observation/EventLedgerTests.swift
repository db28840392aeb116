import Testing

@testable import RelayCtl

@Suite
struct EventLedgerTests {
    private let ledger = EventLedger()
    private let start = ContinuousClock.now

    private func commit(_ keys: EventKey...) {
        self.ledger.commit(keys, sentAt: self.start, returnedAt: self.start + .milliseconds(1))
    }

    @Test
    func `an event that arrives before its commit is heard of counts all the same`() {
        self.ledger.receive(.sample(1, 1), at: self.start)
        #expect(self.ledger.progress().published == 0)
        self.commit(.sample(1, 1))
        #expect(self.ledger.progress().published == 1)
        #expect(self.ledger.entries.first?.receivedAt == self.start)
    }

    @Test
    func `what arrives twice counts once, at its first time`() {
        self.commit(.sample(1, 1))
        for delay in [5, 9] {
            self.ledger.receive(.sample(1, 1), at: self.start + .milliseconds(delay))
            self.ledger.project([.sample(1, 1)], at: self.start + .milliseconds(delay))
        }
        let progress = self.ledger.progress()
        #expect(progress.isComplete(events: 1))
        #expect(progress.published == 1)
        #expect(self.ledger.entries.first?.receivedAt == self.start + .milliseconds(5))
        #expect(self.ledger.entries.first?.projectedAt == self.start + .milliseconds(5))
    }

    @Test
    func `what nobody committed does not count`() {
        self.ledger.receive(.sample(9, 9), at: self.start)
        self.ledger.project([.sample(9, 9)], at: self.start)
        #expect(self.ledger.progress() == Progress())
    }

    @Test
    func `an execution is known before its first commit returns`() {
        self.ledger.begin(1)
        self.ledger.begin(nil)
        #expect(self.ledger.executions == [1])
        #expect(self.ledger.entries.isEmpty)
    }

    @Test
    func `those committed longest ago are awaited first`() {
        self.commit(.sample(1, 1), .sample(1, 2), .sample(1, 3), .sample(1, 4))
        self.ledger.project([.sample(1, 1), .sample(1, 3)], at: self.start)
        #expect(self.ledger.unprojected(limit: 1) == [.sample(1, 2)])
        #expect(self.ledger.unprojected(limit: 10) == [.sample(1, 2), .sample(1, 4)])
    }

    @Test
    func `the lag is the age of the oldest event that has not arrived`() {
        self.commit(.sample(1, 1), .sample(1, 2))
        let now = self.start + .milliseconds(21)
        self.ledger.receive(.sample(1, 1), at: now)
        #expect(self.ledger.progress(at: now).publishLag == .milliseconds(20))
        self.ledger.receive(.sample(1, 2), at: now)
        #expect(self.ledger.progress(at: now).publishLag == .zero)
        #expect(self.ledger.progress(at: now).projectionLag == .milliseconds(20))
    }
}
