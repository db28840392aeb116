import Testing
import Waiting

@testable import OutboxPublisher

struct ClaimScheduleTests {
    @Test(arguments: [(lease: 8, sending: 4, answers: 6), (60, 15, 22.5), (86_400, 15, 22.5)])
    func `a batch leaves a quarter of its claim for the marks, and is no longer than a claim of half a minute`(
        lease: Double,
        sending: Double,
        answers: Double
    ) {
        let start = ContinuousClock.now
        let schedule = ClaimSchedule(start: start, lease: .seconds(lease))
        #expect(schedule.sendingEnd == .at(start + .seconds(sending)))
        #expect(schedule.answersEnd == .at(start + .seconds(answers)))
        #expect(ClaimSchedule.latestMessage(lease: .seconds(lease)) == .seconds(answers))
    }
}
