import Metrics
import Synchronization

/// How many connections are open.
final class ConnectionCount: Sendable {
    private let count = Atomic<Int>(0)
    private let open: Meter
    private let refused: Counter

    init(factory: any MetricsFactory = MetricsSystem.factory) {
        self.open = Meter(label: "noetl_internal_api_connections", factory: factory)
        self.refused = Counter(label: "noetl_internal_api_connections_refused", factory: factory)
        self.open.set(0)
    }

    /// Counts one more and returns how many there are with it.
    func add() -> Int {
        let count = self.count.add(1, ordering: .relaxed).newValue
        self.open.set(count)
        return count
    }

    /// Counts one less.
    func remove() {
        self.open.set(self.count.subtract(1, ordering: .relaxed).newValue)
    }

    /// Counts one that was told to come back later.
    func refuse() {
        self.refused.increment()
    }
}
