/// A value inside a document.
///
/// It keeps the bytes of the whole document alive.
package struct JSONValue: Sendable {
    let storage: JSONStorage
    let index: Int

    @inline(__always)
    var node: JSONNode { self.storage.nodes[self.index] }

    /// What kind of value it is.
    package var kind: JSONKind { self.node.kind }

    /// Whether it is `null`.
    package var isNull: Bool { self.kind == .null }

    /// Where its text is in the bytes of the document, quotes, brackets and braces included.
    package var range: Range<Int> { self.node.range }

    /// Its text as it came.
    package var bytes: ArraySlice<UInt8> { self.storage.bytes[self.range] }

    /// Its text as it came, as a string.
    ///
    /// For a JSON string this has the quotes and escapes; see `string` for what it stands for.
    package var rawText: String { String(decoding: self.bytes, as: UTF8.self) }

    /// The value of `true` or `false`, or `nil` for another kind.
    package var bool: Bool? {
        self.kind == .bool ? self.bytes.first == ASCII.t : nil
    }

    /// What was met anywhere inside, in keys and nested values too.
    package var traits: JSONTraits { self.node.traits }

    /// Lends its text as it came.
    package func withBytes<Result, Failure>(
        _ body: (UnsafeBufferPointer<UInt8>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        let range = self.range
        return try self.storage.bytes.withUnsafeBufferPointer { bytes throws(Failure) in
            try body(UnsafeBufferPointer(rebasing: bytes[range]))
        }
    }
}
