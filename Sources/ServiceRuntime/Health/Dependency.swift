package import Logging
package import Metrics
import Synchronization

/// One thing a process depends on, such as its database: whether it is there.
///
/// Reported by all who use it, at every success and failure; a change is logged once and shown by `/readyz` and by the
/// gauge `noetl_relay_dependency_up`. It is there when none of them fails: else two who do not fare alike would contradict
/// each other, with a line in the log each time. A dependency nobody has reported yet counts as not there.
package final class Dependency: Sendable {
    private struct State {
        var isKnown = false
        /// What those said whose last attempt failed, by their names.
        var faults: [String: String] = [:]

        var isUp: Bool { self.isKnown && self.faults.isEmpty }
    }

    /// What it is called in logs, metrics and `/readyz`.
    package let name: String
    private let logger: Logger
    private let gauge: Meter
    private let state = Mutex(State())

    /// Creates a dependency nobody has reported yet.
    package init(_ name: String, logger: Logger, factory: any MetricsFactory = MetricsSystem.factory) {
        self.name = name
        self.logger = logger
        self.gauge = Meter(label: "noetl_relay_dependency_up", dimensions: [("dependency", name)], factory: factory)
        self.gauge.set(0)
    }

    /// Whether it is there.
    package var isUp: Bool { self.state.withLock { $0.isUp } }

    /// What is wrong with it, or `nil` where it is there.
    package var fault: String? {
        self.state.withLock { state in
            state.isKnown ? state.faults.min { $0.key < $1.key }?.value : "not reached yet"
        }
    }

    /// Says that it is there.
    ///
    /// - Parameter reporter: Who found out.
    package func reportUp(by reporter: String = "") {
        self.state.withLock { state in
            let wasUp = state.isUp
            state.isKnown = true
            state.faults[reporter] = nil
            guard state.isUp, !wasUp else { return }
            // Told under the lock, so that of two changes at once the later one is also told last.
            self.gauge.set(1)
            self.logger.info("Dependency is up", metadata: [LogKey.dependency: "\(self.name)"])
        }
    }

    /// Says that it is away.
    ///
    /// Logged when it was there before, or has never been reported; not for each attempt.
    ///
    /// - Parameters:
    ///   - error: Why, in words fit for a log.
    ///   - reporter: Who found out.
    package func reportDown(_ error: any Error, by reporter: String = "") {
        self.state.withLock { state in
            let wasDown = state.isKnown && !state.isUp
            state.isKnown = true
            state.faults[reporter] = "\(error)"
            guard !wasDown else { return }
            self.gauge.set(0)
            self.logger.warning(
                "Dependency is down, trying again",
                metadata: [LogKey.dependency: "\(self.name)", LogKey.error: "\(error)"]
            )
        }
    }
}
