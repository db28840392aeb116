extension [UInt8] {
    /// Appends the decimal digits of a number; formatting it as a `String` takes ten times as long.
    mutating func append(decimal value: Int64) {
        if value < 0 { self.append(UInt8(ascii: "-")) }
        self.append(decimal: value.magnitude)
    }

    /// Appends the decimal digits of a number.
    mutating func append(decimal value: UInt64) {
        // As many as the largest one has.
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 20) { digits in
            var start = digits.count
            var rest = value
            repeat {
                let (quotient, digit) = rest.quotientAndRemainder(dividingBy: 10)
                start -= 1
                digits[start] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: digit)
                rest = quotient
            } while rest > 0
            self.append(contentsOf: UnsafeBufferPointer(rebasing: digits[start...]))
        }
    }
}
