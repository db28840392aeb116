import ServiceRuntime
import Synchronization

/// Whether the event log can be reached, as all who use it find out.
///
/// It is up when none of them fails. One batch that cannot be stored would otherwise have them contradict each other, with a
/// line in the log each time.
final class EventLogState: Sendable {
    private let dependency: Dependency
    /// Who failed the last time.
    private let failing = Mutex<Set<String>>([])

    init(_ dependency: Dependency) {
        self.dependency = dependency
    }

    /// Says that somebody reached it.
    func reportUp(_ reporter: Heartbeat) {
        let isUp = self.failing.withLock { failing in
            failing.remove(reporter.name)
            return failing.isEmpty
        }
        if isUp { self.dependency.reportUp() }
    }

    /// Says how somebody failed.
    func reportDown(_ error: any Error, _ reporter: Heartbeat) {
        self.failing.withLock { _ = $0.insert(reporter.name) }
        self.dependency.reportDown(error)
    }
}
