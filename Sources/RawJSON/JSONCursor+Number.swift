extension JSONCursor {
    /// Reads a number, which keeps whatever length, precision and exponent it has.
    @inline(__always)
    mutating func skipNumber() throws(JSONError) {
        if self.current == ASCII.minus { self.advance() }
        if self.current == ASCII.zero {
            self.advance()
        } else {
            try self.skipDigits()
        }
        if self.current == ASCII.point {
            self.advance()
            try self.skipDigits()
        }
        if self.current | ASCII.smallLetterBit == ASCII.e {
            self.advance()
            if self.current == ASCII.plus || self.current == ASCII.minus { self.advance() }
            try self.skipDigits()
        }
    }

    @inline(__always)
    private mutating func skipDigits() throws(JSONError) {
        guard ASCII.isDigit(self.current) else { throw self.unexpected() }
        repeat { self.advance() } while ASCII.isDigit(self.current)
    }
}
