/// One value on the tape, or one key of an object.
///
/// The tape has the nodes in the order of the text: a container is followed by what it contains, a key by its value.
/// Twenty bytes, without references.
struct JSONNode: Sendable {
    /// Offset of the first byte.
    let start: UInt32
    /// Offset after the last byte.
    private(set) var end: UInt32
    /// Index on the tape of the first node that does not belong to this one.
    private(set) var next: UInt32
    /// Members or elements directly inside, also where these have no nodes of their own.
    private(set) var count: UInt32
    let kind: JSONKind
    private(set) var traits: JSONTraits

    var range: Range<Int> { Int(self.start)..<Int(self.end) }

    /// What is between the quotes of a string.
    var textRange: Range<Int> { (Int(self.start) + 1)..<(Int(self.end) - 1) }

    /// A value that contains no others.
    @inline(__always)
    static func scalar(_ kind: JSONKind, range: Range<Int>, traits: JSONTraits, index: Int) -> Self {
        Self(
            start: UInt32(truncatingIfNeeded: range.lowerBound),
            end: UInt32(truncatingIfNeeded: range.upperBound),
            next: UInt32(truncatingIfNeeded: index &+ 1),
            count: 0,
            kind: kind,
            traits: traits
        )
    }

    /// Completes a container, of which only kind and start are known when its contents are read.
    @inline(__always)
    mutating func close(end: Int, next: Int, count: UInt32, traits: JSONTraits) {
        self.end = UInt32(truncatingIfNeeded: end)
        self.next = UInt32(truncatingIfNeeded: next)
        self.count = count
        self.traits = traits
    }
}
