package import Logging
package import Metrics
import Synchronization

/// One thing a process depends on, such as its database: whether it is there.
///
/// Reported by whoever uses it, at every success and failure; a change is logged once and shown by `/readyz` and by the
/// gauge `noetl_relay_dependency_up`. A dependency nobody has reported yet counts as not there.
package final class Dependency: Sendable {
    private enum State: Hashable {
        case unknown
        case up
        case down(String)
    }

    /// What it is called in logs, metrics and `/readyz`.
    package let name: String
    private let logger: Logger
    private let gauge: Meter
    private let state = Mutex(State.unknown)

    /// Creates a dependency nobody has reported yet.
    package init(_ name: String, logger: Logger, factory: any MetricsFactory = MetricsSystem.factory) {
        self.name = name
        self.logger = logger
        self.gauge = Meter(label: "noetl_relay_dependency_up", dimensions: [("dependency", name)], factory: factory)
        self.gauge.set(0)
    }

    /// Whether it is there.
    package var isUp: Bool { self.state.withLock { $0 == .up } }

    /// What is wrong with it, or `nil` where it is there.
    package var fault: String? {
        self.state.withLock { state in
            switch state {
            case .unknown: "not reached yet"
            case .up: nil
            case .down(let reason): reason
            }
        }
    }

    /// Says that it is there.
    package func reportUp() {
        guard self.replaceState(.up) != .up else { return }
        self.gauge.set(1)
        self.logger.info("Dependency is up", metadata: [LogKey.dependency: "\(self.name)"])
    }

    /// Says that it is away.
    ///
    /// Logged when it was there before, or has never been reported; not for each attempt.
    ///
    /// - Parameter error: Why, in words fit for a log.
    package func reportDown(_ error: any Error) {
        let previous = self.replaceState(.down("\(error)"))
        if case .down = previous { return }
        self.gauge.set(0)
        self.logger.warning(
            "Dependency is down, trying again",
            metadata: [LogKey.dependency: "\(self.name)", LogKey.error: "\(error)"]
        )
    }

    private func replaceState(_ state: State) -> State {
        self.state.withLock { current in
            defer { current = state }
            return current
        }
    }
}
