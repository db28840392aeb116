import Synchronization

/// A sign of life of a loop: a process whose loop has not turned for too long is not alive.
///
/// A loop that waits for a dependency still turns, so that a database which is away does not get the process killed.
package final class Heartbeat: Sendable {
    /// What the loop is called.
    package let name: String
    private let limit: Duration
    private let last: Mutex<ContinuousClock.Instant?>

    init(_ name: String, limit: Duration) {
        self.name = name
        self.limit = limit
        self.last = Mutex(.now)
    }

    /// Says that the loop turned.
    package func beat() {
        self.last.withLock { $0 = .now }
    }

    /// Says that the loop waits to be woken, for however long that takes, until its next beat.
    package func rest() {
        self.last.withLock { $0 = nil }
    }

    /// Whether the loop turned within its limit, or rests.
    var isAlive: Bool {
        self.last.withLock { $0.map { .now - $0 < self.limit } ?? true }
    }
}
