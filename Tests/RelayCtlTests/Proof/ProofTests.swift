import Testing

@testable import RelayCtl

@Suite
struct ProofTests {
    private var evidence = Evidence.faultless

    @Test
    func `a faultless run is proven, whatever the order between executions`() {
        let proof = Proof(self.evidence, events: 6)
        #expect(proof.holds)
        #expect(proof.faults.isEmpty)
        #expect(proof.checks.count == 7)
    }

    @Test
    func `too few commits are found`() {
        #expect(!Proof(self.evidence, events: 7).holds)
    }

    @Test
    mutating func `an event missing from the stream is found`() {
        self.evidence.stream.remove(at: 2)
        #expect(self.evidence.faults == ["1 event is not in the stream (1-12)."])
    }

    @Test
    mutating func `an event missing from the table is found`() {
        self.evidence.events.removeAll { $0.eventID > 13 }
        #expect(self.evidence.faults == ["2 events are not in noetl.event (1-14, 2-15)."])
    }

    @Test
    mutating func `an event that nobody committed is found`() {
        self.evidence.stream.append(.sample(3, 16))
        self.evidence.events.append(.sample(1, 11))
        #expect(
            self.evidence.faults == [
                "1 event is in the stream without having been committed (3-16).",
                "1 event is in noetl.event without having been committed (1-11).",
            ]
        )
    }

    @Test
    mutating func `a doubled event is found, and is no disorder`() {
        self.evidence.stream.append(.sample(1, 10))
        #expect(self.evidence.faults == ["1 event is in the stream more than once (1-10)."])
    }

    @Test
    mutating func `two events of an execution that changed places are found`() {
        self.evidence.stream.swapAt(1, 2)
        #expect(self.evidence.faults == ["1 event is in the stream after a later one of their execution (1-10)."])
    }

    @Test
    mutating func `order is that of the commits, not that of the ids`() {
        self.evidence.committed.swapAt(0, 2)
        #expect(self.evidence.faults == ["1 event is in the stream after a later one of their execution (1-12)."])
        self.evidence.stream.swapAt(1, 2)
        #expect(self.evidence.faults.isEmpty)
    }

    @Test
    mutating func `a message without an event is found`() {
        self.evidence.unreadableMessages = 2
        #expect(self.evidence.faults == ["2 messages in the stream without an event."])
    }

    @Test
    mutating func `a dead letter is found, with its reason`() {
        self.evidence.deadLetters = [.init(sequence: 4, reason: "event_id is missing")]
        #expect(
            self.evidence.faults == [
                "1 message in noetl.event_dead_letter, such as that of sequence 4: event_id is missing."
            ]
        )
    }

    @Test
    mutating func `rows that are still owed are found, by status`() {
        self.evidence.owed = [
            .init(key: .sample(1, 14), status: "PENDING", lastError: nil),
            .init(key: .sample(2, 15), status: "IN_FLIGHT", lastError: nil),
            .init(key: .sample(2, 13), status: "FAILED", lastError: "refused"),
        ]
        #expect(
            self.evidence.faults == [
                "1 row of noetl.outbox FAILED (2-13); the first error is: refused.",
                "1 row of noetl.outbox IN_FLIGHT (2-15).",
                "1 row of noetl.outbox PENDING (1-14).",
            ]
        )
    }

    @Test
    mutating func `a pending count that is not zero is a fault`() {
        self.evidence.pendingCount = 1
        #expect(self.evidence.faults == ["internal-api counts 1 pending row."])
    }

    @Test
    mutating func `a service that did not stop as it should is a fault`() {
        self.evidence.stopFaults = ["projector ended after SIGTERM with status 1."]
        #expect(self.evidence.faults == ["projector ended after SIGTERM with status 1."])
    }

    @Test
    mutating func `of many ids the three lowest are named`() {
        self.evidence.stream = []
        #expect(self.evidence.faults == ["6 events are not in the stream (1-10, 1-12, 1-14, …)."])
    }
}
