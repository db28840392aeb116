package import Logging
import Synchronization

/// What `/livez` and `/readyz` answer from: a process's loops and dependencies.
package final class Health: Sendable {
    private struct Parts {
        var dependencies: [Dependency] = []
        var heartbeats: [Heartbeat] = []
        var isStopping = false
    }

    private let logger: Logger
    private let parts = Mutex(Parts())

    /// Creates the health of a process without loops and dependencies.
    package init(logger: Logger) {
        self.logger = logger
    }

    /// Adds a dependency.
    ///
    /// The process is ready when all are there.
    package func addDependency(_ name: String) -> Dependency {
        let dependency = Dependency(name, logger: self.logger)
        self.parts.withLock { $0.dependencies.append(dependency) }
        return dependency
    }

    /// Adds a loop.
    ///
    /// The process is alive while all turn.
    ///
    /// - Parameters:
    ///   - name: What it is called.
    ///   - limit: How long one turn may take.
    /// - Returns: What the loop reports to.
    package func addHeartbeat(_ name: String, limit: Duration = .seconds(90)) -> Heartbeat {
        let heartbeat = Heartbeat(name, limit: limit)
        self.parts.withLock { $0.heartbeats.append(heartbeat) }
        return heartbeat
    }

    /// Says that the process is stopping: alive, and not ready for more.
    package func beginStopping() {
        self.parts.withLock { $0.isStopping = true }
    }

    /// What keeps the process from being ready, by name; empty when it is.
    package var readinessFaults: [(name: String, fault: String)] {
        self.parts.withLock { parts in
            parts.dependencies.compactMap { dependency in dependency.fault.map { (dependency.name, $0) } }
                + (parts.isStopping ? [("process", "stopping")] : [])
        }
    }

    /// The loops that have stopped turning; empty when the process is alive.
    package var livenessFaults: [(name: String, fault: String)] {
        self.parts.withLock { parts in
            parts.heartbeats.filter { !$0.isAlive }.map { ($0.name, "the loop has not turned in time") }
        }
    }
}
