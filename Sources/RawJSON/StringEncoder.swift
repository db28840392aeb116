/// Turns text into a JSON string.
enum StringEncoder {
    /// Appends the text between quotes, with the escapes that JSON demands and no others.
    ///
    /// A byte that belongs to no UTF-8 sequence becomes U+FFFD, so the outcome is valid whatever the input.
    static func encode(_ text: UnsafeBufferPointer<UInt8>, into bytes: inout [UInt8]) {
        bytes.append(ASCII.quote)
        var position = 0
        while position < text.count {
            let end = text.endOfPlainText(from: position)
            bytes.append(contentsOf: UnsafeBufferPointer(rebasing: text[position..<end]))
            position = end
            if position < text.count { position += self.encodeCharacter(in: text, at: position, into: &bytes) }
        }
        bytes.append(ASCII.quote)
    }

    /// Appends one character that is no plain ASCII and returns how many bytes of the text it took.
    private static func encodeCharacter(
        in text: UnsafeBufferPointer<UInt8>,
        at position: Int,
        into bytes: inout [UInt8]
    ) -> Int {
        let byte = text[position]
        switch byte {
        case ASCII.quote, ASCII.backslash: bytes.append(contentsOf: [ASCII.backslash, byte])
        case 0x08: bytes.append(contentsOf: [ASCII.backslash, ASCII.b])
        case 0x0C: bytes.append(contentsOf: [ASCII.backslash, ASCII.f])
        case ASCII.lineFeed: bytes.append(contentsOf: [ASCII.backslash, ASCII.n])
        case ASCII.carriageReturn: bytes.append(contentsOf: [ASCII.backslash, ASCII.r])
        case ASCII.tab: bytes.append(contentsOf: [ASCII.backslash, ASCII.t])
        case ..<ASCII.space:
            bytes.append(contentsOf: "\\u00".utf8)
            bytes.append(contentsOf: [self.hexadecimalDigit(byte >> 4), self.hexadecimalDigit(byte & 0xF)])
        default:
            guard let length = text.lengthOfUTF8Sequence(at: position) else {
                bytes.append(contentsOf: "\u{FFFD}".utf8)
                return 1
            }
            bytes.append(contentsOf: UnsafeBufferPointer(rebasing: text[position..<(position + length)]))
            return length
        }
        return 1
    }

    private static func hexadecimalDigit(_ value: UInt8) -> UInt8 {
        value < 10 ? ASCII.zero + value : 0x61 + value - 10
    }
}
