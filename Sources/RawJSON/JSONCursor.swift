/// A place in a JSON text, and the reading of single tokens from there.
///
/// The bytes are borrowed for the life of the cursor. A method that throws leaves the cursor where the fault is.
struct JSONCursor {
    let bytes: UnsafeBufferPointer<UInt8>
    var position = 0

    /// The byte at the position, or 0 at the end of the text.
    ///
    /// No JSON text has a byte 0, so this never passes for something valid.
    @inline(__always)
    var current: UInt8 {
        self.position < self.bytes.count ? self.bytes[self.position] : 0
    }

    @inline(__always)
    mutating func advance() {
        self.position &+= 1
    }

    @inline(__always)
    mutating func skipByteOrderMark() {
        if self.bytes.starts(with: [0xEF, 0xBB, 0xBF]) { self.position = 3 }
    }

    @inline(__always)
    mutating func skipBlanks() {
        while self.current <= ASCII.space {
            switch self.current {
            case ASCII.space, ASCII.lineFeed, ASCII.carriageReturn, ASCII.tab: self.advance()
            default: return
            }
        }
    }

    @inline(__always)
    mutating func skip(_ byte: UInt8) throws(JSONError) {
        guard self.current == byte else { throw self.unexpected() }
        self.advance()
    }

    /// Reads `true`, `false` or `null`.
    @inline(__always)
    mutating func skipWord(_ word: StaticString) throws(JSONError) {
        for offset in 0..<word.utf8CodeUnitCount {
            try self.skip(word.utf8Start[offset])
        }
    }

    /// The fault of the current byte, or of the end of the text.
    @inline(never)
    func unexpected() -> JSONError {
        JSONError(self.position < self.bytes.count ? .invalidSyntax : .unexpectedEnd, at: self.position)
    }
}
