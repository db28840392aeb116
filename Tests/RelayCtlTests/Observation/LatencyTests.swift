import Testing

@testable import RelayCtl

@Suite
struct LatencyTests {
    @Test
    func `percentiles are in microseconds, and what is faster than its commit counts as nothing`() {
        let start = ContinuousClock.now
        let entries = (0..<100)
            .map { number in
                var entry = EventLedger.Entry(
                    key: .sample(1, Int64(number)),
                    commitSentAt: start,
                    committedAt: start + .milliseconds(2)
                )
                entry.receivedAt = start + (number == 99 ? .milliseconds(102) : .milliseconds(1))
                return entry
            }
        let latencies = Latencies(entries)
        #expect(latencies.commitToSubscriber.p50 == 0)
        #expect(latencies.sendToSubscriber.p50 == 1000)
        #expect((100_000...100_200).contains(latencies.commitToSubscriber.maximum))
        #expect(latencies.commitToSubscriber.count == 100)
        #expect(latencies.commitToEvent.count == 0)
        #expect(latencies.commitToEvent.maximum == 0)
    }
}
