/// A JSON text that has been validated and is kept as the bytes it came in.
///
/// Values are views into these bytes: nothing is decoded before it is asked for, and what is passed on as bytes is
/// passed on without loss.
package struct JSONDocument: Sendable {
    private let storage: JSONStorage

    init(bytes: [UInt8], nodes: [JSONNode]) {
        self.storage = JSONStorage(bytes: bytes, nodes: nodes)
    }

    /// Validates `bytes` as exactly one RFC 8259 value with blanks and a UTF-8 byte order mark allowed around it.
    ///
    /// - Parameters:
    ///   - bytes: UTF-8, less than 4 GiB.
    ///   - indexingDepth: The depth down to which values can be looked up; the root has depth 0, its members and
    ///     elements depth 1. What lies deeper is validated too, and is reached as part of the bytes around it.
    ///   - maximumDepth: How many arrays and objects may lie within one another. 0 allows none.
    /// - Throws: `JSONError`; one with the code `invalidUTF8` whenever the bytes are not UTF-8.
    package init(parsing bytes: [UInt8], indexingDepth: Int, maximumDepth: Int = 1000) throws(JSONError) {
        var scanner = JSONScanner(indexingDepth: indexingDepth, maximumDepth: maximumDepth)
        try bytes.withUnsafeBufferPointer { buffer throws(JSONError) in try scanner.scan(buffer) }
        self.init(bytes: bytes, nodes: scanner.nodes)
    }

    /// Does the same with a copy of bytes that are only lent for the call.
    package init(
        copying bytes: UnsafeRawBufferPointer,
        indexingDepth: Int,
        maximumDepth: Int = 1000
    ) throws(JSONError) {
        try self.init(parsing: Array(bytes), indexingDepth: indexingDepth, maximumDepth: maximumDepth)
    }

    /// The same text, indexed to another depth.
    package func indexed(to depth: Int) -> JSONDocument {
        // It has been validated: there is no error to come.
        (try? JSONDocument(parsing: self.bytes, indexingDepth: depth, maximumDepth: .max)) ?? self
    }

    /// The text as it came, blanks and byte order mark included.
    package var bytes: [UInt8] { self.storage.bytes }

    /// The one value of the text.
    package var root: JSONValue { JSONValue(storage: self.storage, index: 0) }
}
