import Glibc

/// Ids as the workflow engine makes them: `(ms since 2024-01-01 UTC) << 23 | node << 12 | sequence`.
///
/// Each id is greater than the one before, also when the clock steps back or a millisecond has more than 4,096 ids:
/// then it takes the time of the id before, or the millisecond after it.
struct SnowflakeSequence: Sendable {
    /// How many nodes there can be.
    static let nodes: Range<Int64> = 0..<2048

    private static let epoch: Int64 = 1_704_067_200_000
    private static let lastInMillisecond: Int64 = 4095

    private let node: Int64
    private var millisecond: Int64 = 0
    private var sequence: Int64 = 0

    /// Starts a sequence; of the node's number only the lowest eleven bits count.
    init(node: Int64) {
        self.node = node & (Self.nodes.upperBound - 1)
    }

    /// Makes the next id.
    ///
    /// - Parameter now: Milliseconds since 1970-01-01 UTC.
    /// - Returns: An id greater than all before.
    mutating func next(at now: Int64 = WallClock.milliseconds) -> Int64 {
        let elapsed = max(0, now - Self.epoch)
        if elapsed > self.millisecond {
            self.millisecond = elapsed
            self.sequence = 0
        } else if self.sequence < Self.lastInMillisecond {
            self.sequence += 1
        } else {
            self.millisecond += 1
            self.sequence = 0
        }
        return self.millisecond << 23 | self.node << 12 | self.sequence
    }
}
