/// Parses many texts one after the other in the same memory.
///
/// The documents are ordinary values. If the last one, and every view into it, is gone by the next call, its memory is
/// used again and the call allocates one small object; otherwise that document keeps its memory, and the parser takes
/// new. The parser holds on to as much memory as the largest text needed, until it is itself gone.
package struct JSONParser: Sendable {
    private var scanner: JSONScanner
    private var bytes: [UInt8] = []

    /// Makes a parser for texts that are read with the same limits, as described for `JSONDocument`.
    package init(indexingDepth: Int, maximumDepth: Int = 1000) {
        self.scanner = JSONScanner(indexingDepth: indexingDepth, maximumDepth: maximumDepth)
    }

    /// Validates a copy of bytes that are only lent for the call.
    package mutating func parse(copying bytes: UnsafeRawBufferPointer) throws(JSONError) -> JSONDocument {
        self.bytes.removeAll(keepingCapacity: true)
        self.bytes.append(contentsOf: bytes)
        try self.bytes.withUnsafeBufferPointer { buffer throws(JSONError) in try self.scanner.scan(buffer) }
        return JSONDocument(bytes: self.bytes, nodes: self.scanner.nodes)
    }
}
