import Testing

@testable import RelayCtl

@Suite
struct ExecutionWeaverTests {
    private func weave(_ events: Int, width: Int = 3) -> [[GeneratedEvent]] {
        var weaver = ExecutionWeaver(events: events, width: width, catalogID: 7, ids: SnowflakeSequence(node: 1))
        var transactions: [[GeneratedEvent]] = []
        while let transaction = weaver.next() { transactions.append(transaction) }
        return transactions
    }

    @Test(arguments: [0, 1, 2, 3, 17, 1000])
    func `there are exactly as many events as were asked for`(events: Int) {
        #expect(self.weave(events).joined().count == events)
    }

    @Test
    func `no id comes twice, and those of an execution grow`() {
        let keys = self.weave(5000).joined().map(\.key)
        #expect(Set(keys.map(\.eventID)).count == keys.count)
        for (_, events) in Dictionary(grouping: keys, by: \.executionID) {
            #expect(events.map(\.eventID) == events.map(\.eventID).sorted())
        }
    }

    @Test
    func `each transaction has events of one execution, and executions take turns`() {
        let transactions = self.weave(1000)
        for transaction in transactions {
            #expect(!transaction.isEmpty)
            #expect(Set(transaction.map(\.key.executionID)).count == 1)
        }
        #expect(Set(transactions.prefix(100).map { $0[0].key.executionID }).count >= 3)
    }

    @Test
    func `a width of nothing is taken for one`() {
        #expect(self.weave(100, width: 0).joined().count == 100)
    }
}
