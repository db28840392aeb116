import Testing

@testable import Outbox

struct SettlementTests {
    @Test
    func `published rows are marked, undecided ones are not touched`() {
        let settlement = Self.settle([.published, .undecided, .published, .undecided])
        #expect(settlement.published == [1, 3])
        #expect(settlement.failed.isEmpty)
        #expect(settlement.undecided == 2)
    }

    @Test
    func `a refused row waits as long as its attempts say`() {
        let settlement = Self.settle([.refused(reason: "no", isPermanent: false)], attempts: 4)
        #expect(settlement.published.isEmpty)
        #expect(settlement.failed.map(\.outboxID) == [1])
        #expect(settlement.failed.map(\.reason) == ["no"])
        #expect(settlement.failed.allSatisfy { (4...8).contains($0.delay ?? 0) })
    }

    @Test
    func `a row that can never go is parked at once`() {
        let settlement = Self.settle([.refused(reason: "too large", isPermanent: true)], attempts: 1)
        #expect(settlement.failed.map(\.delay) == [nil])
        #expect(settlement.failed.map(\.reason) == ["too large"])
    }

    @Test
    func `a row that has used up its attempts is parked and says so`() {
        let before = Self.settle([.refused(reason: "no", isPermanent: false)], attempts: 19)
        #expect(before.failed.first?.delay != nil)
        let last = Self.settle([.refused(reason: "no", isPermanent: false)], attempts: 20)
        #expect(last.failed.map(\.delay) == [nil])
        #expect(last.failed.map(\.reason) == ["gave up after 20 attempts: no"])
    }

    @Test
    func `rows published before one of their execution are counted, unless that is parked`() {
        let refused = Delivery.refused(reason: "no", isPermanent: false)
        #expect(Self.settle([refused, .published, .published], executions: [7, 7, 8]).overtaken == 1)
        #expect(Self.settle([.undecided, .published], executions: [7, 7]).overtaken == 1)
        #expect(Self.settle([.published, refused], executions: [7, 7]).overtaken == 0)
        #expect(Self.settle([refused, .published], executions: [nil, nil]).overtaken == 0)
        let parked = Delivery.refused(reason: "never", isPermanent: true)
        #expect(Self.settle([parked, .published], executions: [7, 7]).overtaken == 0)
    }

    private static func settle(
        _ deliveries: [Delivery],
        attempts: Int64 = 1,
        executions: [Int64?] = []
    ) -> Settlement {
        let rows = deliveries.indices.map { index in
            OutboxRow(
                outboxID: Int64(index + 1),
                eventID: 0,
                executionID: index < executions.count ? executions[index] : nil,
                subject: nil,
                attempts: attempts
            )
        }
        return Settlement(of: rows, deliveries, maximumAttempts: 20)
    }
}
