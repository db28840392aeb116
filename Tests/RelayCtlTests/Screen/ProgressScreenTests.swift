import Testing

@testable import RelayCtl

@Suite
struct ProgressScreenTests {
    private let screen = ProgressScreen(
        Snapshot(
            events: 20_000,
            seconds: 6.24,
            progress: Progress(
                committed: 14_002,
                published: 13_990,
                projected: 10_000,
                publishLag: .milliseconds(4),
                projectionLag: .milliseconds(1981)
            ),
            rates: Rates(committed: 2001.4, published: 2000, projected: 1649.6)
        )
    )

    @Test
    func `the screen shows the bar and each stage's count, rate and lag`() {
        #expect(
            self.screen.lines(width: 80) == [
                "",
                "  ████████████████████████░░░░░░░░░░░░░░░░░░░░░░░░   50 % of 20,000  6.2 s",
                "",
                "  stage            events        rate      behind      oldest",
                "  committed        14,002     2,001/s                        ",
                "  published        13,990     2,000/s          12        4 ms",
                "  projected        10,000     1,650/s       4,002    1,981 ms",
            ]
        )
    }

    @Test(arguments: [1, 20, 60])
    func `lines are cut where they do not fit, and none is left out`(width: Int) {
        let lines = self.screen.lines(width: width)
        #expect(lines.count == 7)
        #expect(lines.allSatisfy { $0.count <= width })
    }

    @Test
    func `one line tells the same for a log`() {
        let stages = "committed 14,002 (2,001/s), published 13,990 (2,000/s), projected 10,000 (1,650/s)"
        #expect(self.screen.line == "   6.2 s  \(stages) of 20,000")
    }

    @Test
    func `nothing at all and more than expected are shown, too`() {
        let nothing = Snapshot(events: 0, seconds: 0, progress: Progress(), rates: Rates())
        #expect(ProgressScreen(nothing).lines(width: 80)[1].contains("  0 % of 0"))
        let more = Snapshot(events: 1, seconds: 1, progress: Progress(projected: 5), rates: Rates())
        #expect(ProgressScreen(more).lines(width: 80)[1].contains("100 % of 1"))
    }
}
