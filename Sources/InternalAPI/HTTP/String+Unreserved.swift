extension String {
    /// The text with those characters decoded that mean the same encoded: the unreserved ones of RFC 3986 §2.3.
    var decodingUnreserved: String {
        var decoded: [UInt8] = []
        var rest = Array(self.utf8)[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%"), let value = Self.byte(ofHexadecimal: rest.prefix(2)),
                Self.isUnreserved(value)
            {
                decoded.append(value)
                rest.removeFirst(2)
            } else {
                decoded.append(byte)
            }
        }
        return String(decoding: decoded, as: UTF8.self)
    }

    private static func byte(ofHexadecimal digits: ArraySlice<UInt8>) -> UInt8? {
        guard digits.count == 2 else { return nil }
        var value: UInt8 = 0
        for digit in digits {
            guard let number = Character(Unicode.Scalar(digit)).hexDigitValue else { return nil }
            value = value << 4 | UInt8(truncatingIfNeeded: number)
        }
        return value
    }

    private static func isUnreserved(_ byte: UInt8) -> Bool {
        switch Unicode.Scalar(byte) {
        case "a"..."z", "A"..."Z", "0"..."9", "-", ".", "_", "~": true
        default: false
        }
    }
}
