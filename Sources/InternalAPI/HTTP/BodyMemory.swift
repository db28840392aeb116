import Synchronization

/// The memory that the bodies of all requests under way have together.
///
/// Each may be as long as the limit for one; without a bound on their sum, many at once would be the end of the process.
final class BodyMemory: Sendable {
    private let maximum: Int
    private let used = Atomic<Int>(0)

    init(maximum: Int) {
        self.maximum = maximum
    }

    /// What one body has of it, until nobody refers to it any more.
    final class Share: Sendable {
        private let memory: BodyMemory
        private let taken = Atomic<Int>(0)

        fileprivate init(_ memory: BodyMemory) {
            self.memory = memory
        }

        deinit { self.memory.used.subtract(self.taken.load(ordering: .relaxed), ordering: .relaxed) }

        /// Takes more and returns whether there was enough.
        func grow(by bytes: Int) -> Bool {
            self.taken.add(bytes, ordering: .relaxed)
            return self.memory.used.add(bytes, ordering: .relaxed).newValue <= self.memory.maximum
        }
    }

    /// A share of nothing yet.
    func makeShare() -> Share { Share(self) }
}
