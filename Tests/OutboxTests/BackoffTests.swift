import Outbox
import Testing

struct BackoffTests {
    @Test(
        arguments: [
            // attempts, seconds
            (Int64.min, 1), (-1, 1), (0, 1), (1, 1), (2, 2), (3, 4), (4, 8), (5, 16), (6, 32), (7, 64), (8, 128),
            (9, 256), (10, 256), (1000, 256), (Int64.max, 256),
        ] as [(Int64, Int64)]
    )
    func `the delay doubles with each attempt up to 256 seconds`(attempts: Int64, seconds: Int64) {
        #expect(Backoff.seconds(attempts: attempts) == seconds)
    }

    @Test(arguments: [(1, 1), (5, 5), (300, 16)] as [(Int64, Int64)])
    func `the delay is never longer than the caller wants`(maximum: Int64, seconds: Int64) {
        #expect(Backoff.seconds(attempts: 5, maximumSeconds: maximum) == seconds)
    }

    @Test(arguments: [1, 4, 20] as [Int64])
    func `with jitter it is between a half and the whole, and not always the same`(attempts: Int64) {
        let whole = Double(Backoff.seconds(attempts: attempts))
        let delays = (0..<200).map { _ in Backoff.jittered(attempts: attempts) }
        #expect(delays.allSatisfy { (whole / 2...whole).contains($0) })
        #expect(Set(delays).count > 100)
    }
}
