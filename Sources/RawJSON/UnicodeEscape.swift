/// A `\uXXXX` escape, or two of them that make one scalar as a surrogate pair.
struct UnicodeEscape {
    /// What it stands for; U+FFFD for a surrogate without its partner.
    let scalar: Unicode.Scalar
    /// Bytes of the text it takes, 6 or 12.
    let length: Int
    let isUnpairedSurrogate: Bool

    /// Reads the escape whose backslash is at `index`, or gives `nil` if four hexadecimal digits do not follow `\u`.
    init?(in text: UnsafeBufferPointer<UInt8>, at index: Int) {
        guard let unit = Self.codeUnit(in: text, at: index) else { return nil }
        if let scalar = Unicode.Scalar(unit) {
            self.init(scalar: scalar, length: 6, isUnpairedSurrogate: false)
        } else if UTF16.isLeadSurrogate(unit),
            let partner = Self.codeUnit(in: text, at: index + 6),
            UTF16.isTrailSurrogate(partner)
        {
            let pair = UTF16.EncodedScalar([unit, partner])
            self.init(scalar: UTF16.decode(pair), length: 12, isUnpairedSurrogate: false)
        } else {
            self.init(scalar: "\u{FFFD}", length: 6, isUnpairedSurrogate: true)
        }
    }

    private init(scalar: Unicode.Scalar, length: Int, isUnpairedSurrogate: Bool) {
        self.scalar = scalar
        self.length = length
        self.isUnpairedSurrogate = isUnpairedSurrogate
    }

    private static func codeUnit(in text: UnsafeBufferPointer<UInt8>, at index: Int) -> UInt16? {
        guard text.count - index >= 6, text[index] == ASCII.backslash, text[index + 1] == ASCII.u else { return nil }
        var unit: UInt16 = 0
        for offset in 2..<6 {
            guard let digit = ASCII.hexadecimalValue(text[index + offset]) else { return nil }
            unit = unit << 4 | digit
        }
        return unit
    }
}
