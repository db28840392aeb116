import Testing

@testable import OutboxPublisher

struct PatienceTests {
    @Test func `behind an unannounced commit pauses grow by half up to five seconds`() {
        var patience = Patience()
        let pauses = (0..<25).map { _ in patience.next(after: Self.crowded) }
        #expect(Array(pauses.prefix(4)) == [3000, 4500, 6750, 10_125].map { .microseconds($0) })
        #expect(Array(pauses.suffix(2)) == [.seconds(5), .seconds(5)])
    }

    @Test func `pauses begin anew after rows, and there is none where nobody commits`() {
        var patience = Patience()
        for _ in 0..<3 { _ = patience.next(after: Self.crowded) }
        let rows = TurnResult(rows: 1, hasFinished: true, mayHaveUnannounced: true, hasUnannounced: true)
        #expect(patience.next(after: rows) == .milliseconds(3))
        // Nobody was asked, since there was news.
        _ = patience.next(after: Self.crowded)
        let unasked = TurnResult(rows: 0, hasFinished: true, mayHaveUnannounced: true)
        for _ in 0..<3 { #expect(patience.next(after: unasked) == .milliseconds(3)) }
        _ = patience.next(after: Self.crowded)
        #expect(patience.next(after: TurnResult(rows: 0, hasFinished: true)) == nil)
        #expect(patience.next(after: Self.crowded) == .milliseconds(3))
    }

    private static let crowded = TurnResult(
        rows: 0,
        hasFinished: true,
        mayHaveUnannounced: true,
        hasUnannounced: true
    )
}
