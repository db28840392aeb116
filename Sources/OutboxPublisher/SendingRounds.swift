import JetStream
import Outbox

/// Which messages of a batch are sent together.
///
/// All of them, but for the executions that call for care: of those one message at a time, the next one once the one
/// before it has its PubAck, and none after one that was not acknowledged.
struct SendingRounds {
    /// The rows that wait for no PubAck, in their order; sent in the first round.
    private var free: [Int] = []
    /// The rows of each execution that calls for care that are still to go, the next one last.
    private var queues: [[Int]] = []

    /// - Parameters:
    ///   - rows: The rows of the batch.
    ///   - needsCare: Whether the row at an index may be refused while the next of its execution would be taken.
    init(_ rows: [OutboxRow], needsCare: (Int) -> Bool) {
        let careful = Set(rows.indices.lazy.filter(needsCare).compactMap { rows[$0].executionID })
        var places: [Int64: Int] = [:]
        for index in rows.indices {
            guard let execution = rows[index].executionID, careful.contains(execution) else {
                self.free.append(index)
                continue
            }
            if places[execution] == nil {
                places[execution] = self.queues.count
                self.queues.append([])
            }
            if let place = places[execution] { self.queues[place].append(index) }
        }
        for place in self.queues.indices { self.queues[place].reverse() }
    }

    /// Whether everything goes in one round.
    var isSingle: Bool { self.queues.allSatisfy { $0.count == 1 } }

    /// The messages of the next round; none where all is over.
    var next: [Int] { self.free + self.queues.compactMap(\.last) }

    /// Takes note of what became of the round.
    ///
    /// - Parameter outcomes: Those of ``next``, in its order.
    mutating func finish(_ outcomes: [PublishOutcome]) {
        self.queues = zip(self.queues, outcomes.dropFirst(self.free.count))
            .compactMap { queue, outcome in
                guard case .acknowledged = outcome, queue.count > 1 else { return nil }
                return queue.dropLast()
            }
        self.free = []
    }
}
