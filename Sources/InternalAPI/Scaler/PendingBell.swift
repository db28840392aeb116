import Logging
import Outbox
import Postgres
import Synchronization
import Waiting

/// Wakes those who wait for rows to become pending.
///
/// At the notification of a commit, and twice a second besides: that finds rows whose next attempt is due, leases that ran
/// out and what is committed beside those who notify, which nobody announces, and all of them where no notification comes.
final class PendingBell: Sendable {
    private static let interval = Duration.milliseconds(500)

    private let database: PostgresConfiguration
    private let logger: Logger
    private let waiters = Mutex<(last: UInt64, signals: [UInt64: WakeSignal])>((0, [:]))

    /// Makes the bell of a database.
    ///
    /// Connects to nothing yet.
    init(_ database: PostgresConfiguration, logger: Logger) {
        self.database = database
        self.logger = logger
    }

    /// Rings until the task is cancelled.
    func run() async {
        await withTaskGroup { group in
            group.addTask {
                let listener = PostgresListener(
                    self.database,
                    channel: OutboxRepository.channel,
                    logger: self.logger
                )
                try? await listener.run { self.ring() }
            }
            group.addTask {
                while (try? await Task.sleep(for: Self.interval)) != nil { self.ring() }
            }
        }
    }

    /// Lends a signal that the bell rings for as long as `body` runs.
    func withSignal<Result>(_ body: (WakeSignal) async throws -> Result) async rethrows -> Result {
        let signal = WakeSignal()
        let id = self.waiters.withLock { waiters in
            waiters.last += 1
            waiters.signals[waiters.last] = signal
            return waiters.last
        }
        defer { self.waiters.withLock { _ = $0.signals.removeValue(forKey: id) } }
        return try await body(signal)
    }

    private func ring() {
        for signal in self.waiters.withLock({ Array($0.signals.values) }) { signal.signal() }
    }
}
