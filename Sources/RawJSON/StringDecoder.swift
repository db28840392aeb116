/// Turns what is between the quotes of a JSON string into the text it stands for.
enum StringDecoder {
    /// Appends the text as UTF-8, with U+FFFD for a surrogate without its partner.
    ///
    /// - Parameters:
    ///   - bytes: Validated by the scanner.
    ///   - text: Grows by fewer bytes than are given.
    static func decode(_ bytes: UnsafeBufferPointer<UInt8>, into text: inout [UInt8]) {
        var position = 0
        while position < bytes.count {
            let end = bytes[position...].firstIndex(of: ASCII.backslash) ?? bytes.count
            text.append(contentsOf: UnsafeBufferPointer(rebasing: bytes[position..<end]))
            position = end
            if position + 1 < bytes.count { position += self.decodeEscape(in: bytes, at: position, into: &text) }
        }
    }

    /// Appends what one escape stands for and returns the length of the escape.
    private static func decodeEscape(
        in bytes: UnsafeBufferPointer<UInt8>,
        at position: Int,
        into text: inout [UInt8]
    ) -> Int {
        if let escape = UnicodeEscape(in: bytes, at: position) {
            text.append(contentsOf: escape.scalar.utf8)
            return escape.length
        }
        let letter = bytes[position + 1]
        switch letter {
        case ASCII.b: text.append(0x08)
        case ASCII.f: text.append(0x0C)
        case ASCII.n: text.append(ASCII.lineFeed)
        case ASCII.r: text.append(ASCII.carriageReturn)
        case ASCII.t: text.append(ASCII.tab)
        default: text.append(letter)
        }
        return 2
    }
}
