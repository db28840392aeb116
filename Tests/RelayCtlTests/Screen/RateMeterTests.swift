import Testing

@testable import RelayCtl

@Suite
struct RateMeterTests {
    @Test
    func `a rate looks back one second`() {
        var meter = RateMeter()
        let start = ContinuousClock.now
        #expect(meter.rates(Progress(), at: start) == Rates())
        for tenth in 1...50 {
            // 100 a second in the first three seconds, 1,000 a second since.
            let committed = tenth <= 30 ? tenth * 10 : 300 + (tenth - 30) * 100
            let rates = meter.rates(Progress(committed: committed), at: start + .milliseconds(100 * tenth))
            if tenth == 30 { #expect(abs(rates.committed - 100) < 1) }
            if tenth == 50 { #expect(abs(rates.committed - 1000) < 1) }
        }
    }
}
