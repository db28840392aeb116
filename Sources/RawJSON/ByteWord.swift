/// Tests on eight bytes at a time, held in one word whose lowest byte comes first in memory.
enum ByteWord {
    private static var ones: UInt64 { 0x0101_0101_0101_0101 }
    private static var highBits: UInt64 { 0x8080_8080_8080_8080 }

    /// Returns how many bytes in front stand for themselves in a JSON string, 0 to 8.
    ///
    /// A quote, a backslash, a control character and any byte outside ASCII do not.
    @inline(__always)
    static func plainPrefix(_ word: UInt64) -> Int {
        // Each test sets the high bit of a byte that meets it. A borrow can also set higher bytes, never lower ones,
        // so the lowest bit set is exact.
        let controls = (word &- self.ones &* 0x20) & ~word
        let quotes = self.zeros(word ^ (self.ones &* UInt64(ASCII.quote)))
        let backslashes = self.zeros(word ^ (self.ones &* UInt64(ASCII.backslash)))
        return ((controls | quotes | backslashes | word) & self.highBits).trailingZeroBitCount >> 3
    }

    @inline(__always)
    private static func zeros(_ word: UInt64) -> UInt64 {
        (word &- self.ones) & ~word
    }
}

extension UnsafeBufferPointer<UInt8> {
    /// Returns the first index from `start` on whose byte does not stand for itself in a JSON string, or the end.
    @inline(__always)
    func endOfPlainText(from start: Int) -> Int {
        let raw = UnsafeRawBufferPointer(self)
        var index = start
        while self.count &- index >= 8 {
            let word = UInt64(littleEndian: raw.loadUnaligned(fromByteOffset: index, as: UInt64.self))
            let plain = ByteWord.plainPrefix(word)
            index &+= plain
            if plain < 8 { return index }
        }
        while index < self.count {
            let byte = self[index]
            if byte < ASCII.space || byte >= 0x80 || byte == ASCII.quote || byte == ASCII.backslash { return index }
            index &+= 1
        }
        return index
    }
}
