import Testing

@testable import RelayCtl

@Suite
struct SnowflakeSequenceTests {
    /// 2024-01-01T00:00:00Z and a second.
    private let now: Int64 = 1_704_067_201_000

    @Test
    func `an id holds the time, the node and the sequence`() {
        var ids = SnowflakeSequence(node: 5)
        #expect(ids.next(at: self.now) == 1000 << 23 | 5 << 12 | 0)
        #expect(ids.next(at: self.now) == 1000 << 23 | 5 << 12 | 1)
        #expect(ids.next(at: self.now + 1) == 1001 << 23 | 5 << 12 | 0)
    }

    @Test
    func `more ids than a millisecond has take the next one`() {
        var ids = SnowflakeSequence(node: 0)
        let all = (0..<10_000).map { _ in ids.next(at: self.now) }
        #expect(Set(all).count == all.count)
        #expect(all == all.sorted())
        #expect((all.last ?? 0) >> 23 == 1002)
    }

    @Test
    func `a clock that steps back does not take the ids with it`() {
        var ids = SnowflakeSequence(node: 0)
        let before = ids.next(at: self.now)
        #expect(ids.next(at: self.now - 60_000) > before)
    }

    @Test(arguments: [Int64(2048), -1, .max, .min])
    func `a node beyond eleven bits stays within its place`(node: Int64) {
        var ids = SnowflakeSequence(node: node)
        let id = ids.next(at: self.now)
        #expect(id >> 23 == 1000)
        #expect(id & 4095 == 0)
    }
}
