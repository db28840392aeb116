/// The bytes that have a meaning in JSON.
enum ASCII {
    static var space: UInt8 { 0x20 }
    static var tab: UInt8 { 0x09 }
    static var lineFeed: UInt8 { 0x0A }
    static var carriageReturn: UInt8 { 0x0D }
    static var quote: UInt8 { 0x22 }
    static var backslash: UInt8 { 0x5C }
    static var slash: UInt8 { 0x2F }
    static var comma: UInt8 { 0x2C }
    static var colon: UInt8 { 0x3A }
    static var point: UInt8 { 0x2E }
    static var plus: UInt8 { 0x2B }
    static var minus: UInt8 { 0x2D }
    static var zero: UInt8 { 0x30 }
    static var nine: UInt8 { 0x39 }
    static var openBrace: UInt8 { 0x7B }
    static var closeBrace: UInt8 { 0x7D }
    static var openBracket: UInt8 { 0x5B }
    static var closeBracket: UInt8 { 0x5D }
    static var b: UInt8 { 0x62 }
    static var e: UInt8 { 0x65 }
    static var f: UInt8 { 0x66 }
    static var n: UInt8 { 0x6E }
    static var r: UInt8 { 0x72 }
    static var t: UInt8 { 0x74 }
    static var u: UInt8 { 0x75 }

    /// Turns an ASCII capital into its small letter.
    static var smallLetterBit: UInt8 { 0x20 }

    @inline(__always)
    static func isDigit(_ byte: UInt8) -> Bool {
        byte &- self.zero < 10
    }

    /// Returns 0 to 15, or `nil` for a byte that is no hexadecimal digit.
    static func hexadecimalValue(_ byte: UInt8) -> UInt16? {
        if self.isDigit(byte) { return UInt16(byte &- self.zero) }
        let letter = (byte | self.smallLetterBit) &- 0x61
        return letter < 6 ? UInt16(letter) + 10 : nil
    }
}
