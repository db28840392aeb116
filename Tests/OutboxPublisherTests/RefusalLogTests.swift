import InMemoryLogging
import Logging
import Testing

@testable import Outbox
@testable import OutboxPublisher

struct RefusalLogTests {
    @Test func `refusals are said at once, then together after a minute`() {
        let handler = InMemoryLogHandler()
        let log = RefusalLog(logger: Logger(label: "tests") { _ in handler })
        let start = ContinuousClock.now
        log.record(Self.settlement(refused: 0), at: start)
        #expect(handler.entries.isEmpty)
        log.record(Self.settlement(refused: 2), at: start)
        #expect(handler.entries.count == 1)
        #expect(handler.entries.first?.metadata["count"] == "2")
        #expect(handler.entries.first?.metadata["error"] == "no")
        for second in 1..<60 { log.record(Self.settlement(refused: 3), at: start + .seconds(second)) }
        #expect(handler.entries.count == 1)
        log.record(Self.settlement(refused: 1), at: start + .seconds(60))
        #expect(handler.entries.count == 2)
        #expect(handler.entries.last?.metadata["count"] == "\(59 * 3 + 1)")
        #expect(handler.entries.last?.metadata["outbox.parked"] == "\(59 * 3 + 1)")
    }

    @Test func `an overtaken row is said where none was refused, too`() {
        let handler = InMemoryLogHandler()
        let rows = (1...2).map { OutboxRow(outboxID: $0, eventID: $0, executionID: 7, subject: nil, attempts: 1) }
        let settlement = Settlement(of: rows, [.undecided, .published], maximumAttempts: 20)
        RefusalLog(logger: Logger(label: "tests") { _ in handler }).record(settlement)
        #expect(handler.entries.first?.message == "Rows were published before an earlier one of their execution")
        #expect(handler.entries.first?.metadata["outbox.overtaken"] == "1")
    }

    /// A settlement of rows that are all parked.
    private static func settlement(refused: Int) -> Settlement {
        let rows = (0..<Int64(refused)).map {
            OutboxRow(outboxID: $0, eventID: $0, executionID: nil, subject: nil, attempts: 1)
        }
        return Settlement(of: rows, rows.map { _ in .refused(reason: "no", isPermanent: true) }, maximumAttempts: 20)
    }
}
