import Logging
import Outbox
import ServiceRuntime
import Synchronization

/// Says that rows are refused or overtaken: the first time at once, then at most once a minute with what came together
/// meanwhile.
///
/// Rows that are refused come back, each at a time of its own, and a line for each of them would bury the log.
final class RefusalLog: Sendable {
    private struct State {
        var last: ContinuousClock.Instant?
        var refused = 0
        var parked = 0
        var overtaken = 0
    }

    private let interval: Duration
    private let logger: Logger
    private let state = Mutex(State())

    init(interval: Duration = .seconds(60), logger: Logger) {
        self.interval = interval
        self.logger = logger
    }

    /// Takes note of a batch that has been settled.
    func record(_ settlement: Settlement, at now: ContinuousClock.Instant = .now) {
        guard !settlement.failed.isEmpty || settlement.overtaken > 0 else { return }
        let due: State? = self.state.withLock { state in
            state.refused += settlement.failed.count
            state.parked += settlement.failed.count { $0.delay == nil }
            state.overtaken += settlement.overtaken
            if let last = state.last, now - last < self.interval { return nil }
            defer { state = State(last: now) }
            return state
        }
        guard let due else { return }
        var metadata: Logger.Metadata = [
            LogKey.count: "\(due.refused)",
            LogKey.parked: "\(due.parked)",
            LogKey.overtaken: "\(due.overtaken)",
        ]
        if let example = settlement.failed.first {
            metadata[LogKey.outboxID] = "\(example.outboxID)"
            metadata[LogKey.error] = "\(example.reason)"
        }
        let message: Logger.Message =
            due.refused > 0 ? "Rows were refused" : "Rows were published before an earlier one of their execution"
        self.logger.warning(message, metadata: metadata)
    }
}
