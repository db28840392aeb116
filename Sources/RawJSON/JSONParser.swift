/// Parses many texts one after the other, whose documents are kept.
///
/// A document has its own memory, exactly as much as it needs: the tape is written in the parser's, which grows once and
/// not for each text, and copied. The parser holds on to as much memory as the longest tape needed, until it is itself
/// gone.
package struct JSONParser: Sendable {
    private var scanner: JSONScanner

    /// Makes a parser for texts that are read with the same limits, as described for `JSONDocument`.
    package init(indexingDepth: Int, maximumDepth: Int = 1000) {
        self.scanner = JSONScanner(indexingDepth: indexingDepth, maximumDepth: maximumDepth)
    }

    /// Validates a copy of bytes that are only lent for the call.
    package mutating func parse(copying bytes: UnsafeRawBufferPointer) throws(JSONError) -> JSONDocument {
        let bytes = Array(bytes)
        try bytes.withUnsafeBufferPointer { buffer throws(JSONError) in try self.scanner.scan(buffer) }
        return JSONDocument(bytes: bytes, nodes: self.scanner.nodes.withUnsafeBufferPointer { Array($0) })
    }
}
