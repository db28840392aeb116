import Testing
import Waiting

struct DeadlineTests {
    @Test
    func `a deadline that never comes has no remaining time and never passes`() {
        #expect(Deadline.never.instant == nil)
        #expect(Deadline.never.remaining == nil)
        #expect(!Deadline.never.hasPassed)
        #expect(Deadline.never.pollMilliseconds == -1)
    }

    @Test
    func `a deadline in the future has at most its duration left`() throws {
        let deadline = Deadline.after(.seconds(3600))
        let remaining = try #require(deadline.remaining)
        #expect(remaining > .zero && remaining <= .seconds(3600))
        #expect(!deadline.hasPassed)
        #expect((1...3_600_000).contains(deadline.pollMilliseconds))
    }

    @Test(arguments: [Duration.zero, .seconds(-5)])
    func `a deadline of now or before has passed and leaves nothing, not less`(duration: Duration) {
        let deadline = Deadline.after(duration)
        #expect(deadline.hasPassed)
        #expect(deadline.remaining == .zero)
        #expect(deadline.pollMilliseconds == 0)
    }

    @Test
    func `a wait that poll cannot express is as long as it can be`() {
        #expect(Deadline.after(.seconds(1 << 40)).pollMilliseconds == .max)
    }
}
