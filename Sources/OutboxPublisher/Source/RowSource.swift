import Outbox

/// Where rows come from, and where it is written what became of them.
protocol RowSource: Sendable {
    associatedtype Batch: RowBatch

    /// Hears of commits, where that is possible.
    var lookout: OutboxLookout? { get }

    /// Claims the next rows; nobody else has them until ``settle(_:_:)``, or until the claim's time is over.
    ///
    /// - Parameter turn: A number that differs between workers and grows, to spread them over the table.
    /// - Returns: The rows, perhaps none.
    /// - Throws: What the source's connection throws.
    func claim(turn: Int) async throws -> Batch

    /// Whether a claim left nothing behind that was due, as far as can be told from it.
    func hasTakenAll(_ batch: Batch) -> Bool

    /// Writes what became of a batch, and lets go of it.
    func settle(_ batch: Batch, _ settlement: Settlement) async throws

    /// Whether rows that were not sent are free again once the others are settled, and not only when their lease is over.
    var handsBack: Bool { get }

    /// Lets go of a claim that came to nothing.
    func release() async
}
