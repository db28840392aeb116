/// A message's place in its stream, and when it was stored there.
///
/// The two together tell a message from another that has its sequence in the same stream made anew, or restored from a
/// copy of its store.
package struct StreamPosition: Hashable, Sendable {
    /// The message's sequence.
    package let sequence: UInt64
    /// When it was stored, in nanoseconds since 1970.
    package let nanoseconds: Int64

    /// Creates a position.
    package init(sequence: UInt64, nanoseconds: Int64) {
        self.sequence = sequence
        self.nanoseconds = nanoseconds
    }
}
