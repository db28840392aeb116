import Metrics
import Synchronization

/// How many connections are open.
final class ConnectionCount: Sendable {
    private let count = Mutex(0)
    private let open: Meter
    private let refused: Counter

    init(factory: any MetricsFactory = MetricsSystem.factory) {
        self.open = Meter(label: "noetl_internal_api_connections", factory: factory)
        self.refused = Counter(label: "noetl_internal_api_connections_refused", factory: factory)
        self.open.set(0)
    }

    /// Counts one more and returns how many there are with it.
    func add() -> Int {
        self.change(by: 1)
    }

    /// Counts one less.
    func remove() {
        _ = self.change(by: -1)
    }

    /// Counts one that was told to come back later.
    func refuse() {
        self.refused.increment()
    }

    private func change(by difference: Int) -> Int {
        self.count.withLock { count in
            count += difference
            // Told under the lock, so that of two changes at once the later one is also told last.
            self.open.set(count)
            return count
        }
    }
}
