/// A decimal number of any size, as far as needed to tell whether it is a 64-bit integer.
///
/// Its value is ±`significand` × 10^`exponent`, and the significand does not end in a zero unless it is zero. Neither
/// time nor memory depends on the size of the exponent.
struct DecimalNumber {
    private var isNegative = false
    /// The digits from the first to the last that is not zero; meaningless if there are too many of them.
    private var significand: UInt64 = 0
    private var significantDigits = 0
    private var exponent = 0

    /// More digits than this do not fit 64 bits, and as many fit an unsigned word.
    private static let maximumDigits = 19
    /// Greater than the number of digits a text can have, so what lies beyond needs no telling apart.
    private static let maximumExponent = 1 << 40

    /// Reads the text of a JSON number; a `+` in front and zeros before the first digit are taken too.
    init(_ text: some Sequence<UInt8>) {
        var trailingZeros = 0
        var fractionDigits = 0
        var isFraction = false
        var bytes = text.makeIterator()
        while let byte = bytes.next() {
            if ASCII.isDigit(byte) {
                if isFraction { fractionDigits += 1 }
                self.append(digit: byte - ASCII.zero, after: &trailingZeros)
            } else if byte == ASCII.minus {
                self.isNegative = true
            } else if byte == ASCII.point {
                isFraction = true
            } else if byte | ASCII.smallLetterBit == ASCII.e {
                self.exponent = Self.exponent(&bytes)
            }
        }
        self.exponent += trailingZeros - fractionDigits
    }

    /// Reads a string of a whole number as described for `JSONValue.lenientInteger()`, or gives `nil`.
    init?(lenient text: UnsafeBufferPointer<UInt8>) {
        var text = String(decoding: text, as: UTF8.self).unicodeScalars[...]
        text.trimBlanks()
        let digits = text.first == "+" || text.first == "-" ? text.dropFirst() : text
        let parts = digits.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        guard let whole = parts.first, !whole.isEmpty, whole.allSatisfy({ ("0"..."9").contains($0) }) else {
            return nil
        }
        if parts.count == 2 {
            guard !parts[1].isEmpty, parts[1].allSatisfy({ $0 == "0" }) else { return nil }
        }
        self.init(String(text).utf8)
    }

    /// Returns the number if it is whole and fits.
    func integer() throws(JSONIntegerError) -> Int64 {
        guard self.significantDigits > 0 else { return 0 }
        guard self.exponent >= 0 else { throw .fractional }
        guard self.significantDigits + self.exponent <= Self.maximumDigits else { throw .outOfRange }
        let magnitude = (0..<self.exponent).reduce(self.significand) { product, _ in product * 10 }
        if self.isNegative {
            guard magnitude <= Int64.min.magnitude else { throw .outOfRange }
            return Int64(truncatingIfNeeded: 0 &- magnitude)
        }
        guard let value = Int64(exactly: magnitude) else { throw .outOfRange }
        return value
    }

    /// Holds zeros back until a digit follows that makes them significant.
    private mutating func append(digit: UInt8, after zeros: inout Int) {
        guard digit != 0 else {
            if self.significantDigits > 0 { zeros += 1 }
            return
        }
        self.significantDigits += zeros + 1
        if self.significantDigits <= Self.maximumDigits {
            for _ in 0...zeros { self.significand *= 10 }
            self.significand += UInt64(digit)
        }
        zeros = 0
    }

    private static func exponent(_ bytes: inout some IteratorProtocol<UInt8>) -> Int {
        var isNegative = false
        var exponent = 0
        while let byte = bytes.next() {
            if ASCII.isDigit(byte) {
                exponent = min(exponent * 10 + Int(byte - ASCII.zero), self.maximumExponent)
            } else {
                isNegative = byte == ASCII.minus
            }
        }
        return isNegative ? -exponent : exponent
    }
}

extension Substring.UnicodeScalarView {
    fileprivate mutating func trimBlanks() {
        self = self.drop { scalar in scalar.properties.isWhitespace }
        while let last = self.last, last.properties.isWhitespace { self.removeLast() }
    }
}
