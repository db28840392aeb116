extension JSONCursor {
    /// Reads a string from its opening to its closing quote.
    @inline(__always)
    mutating func skipString() throws(JSONError) -> JSONTraits {
        try self.skip(ASCII.quote)
        var traits: JSONTraits = []
        while true {
            self.position = self.bytes.endOfPlainText(from: self.position)
            let byte = self.current
            if byte == ASCII.quote {
                self.advance()
                return traits
            } else if byte == ASCII.backslash {
                let escape = try self.escape()
                traits.formUnion(escape.traits)
                self.position = escape.end
            } else if byte >= 0x80 {
                self.position = try self.endOfMultibyteText()
            } else {
                throw self.unexpected()
            }
        }
    }

    // The rare cases below take the cursor by value: a mutating call that is not inlined would keep the position in
    // memory through the whole of the byte loop.

    /// Returns where the characters outside ASCII that begin here end.
    @inline(never)
    private func endOfMultibyteText() throws(JSONError) -> Int {
        var end = self.position
        while end < self.bytes.count, self.bytes[end] >= 0x80 {
            guard let length = self.bytes.lengthOfUTF8Sequence(at: end) else { throw JSONError(.invalidUTF8, at: end) }
            end += length
        }
        return end
    }

    /// Judges the escape that begins here and returns where it ends.
    @inline(never)
    private func escape() throws(JSONError) -> (end: Int, traits: JSONTraits) {
        var cursor = self
        cursor.advance()
        switch cursor.current {
        case ASCII.quote, ASCII.backslash, ASCII.slash, ASCII.b, ASCII.f, ASCII.n, ASCII.r, ASCII.t:
            return (cursor.position + 1, .escapes)
        case ASCII.u:
            guard let escape = UnicodeEscape(in: self.bytes, at: self.position) else {
                repeat { cursor.advance() } while ASCII.hexadecimalValue(cursor.current) != nil
                throw cursor.unexpected()
            }
            var traits: JSONTraits = .escapes
            if escape.isUnpairedSurrogate { traits.insert(.unpairedSurrogate) }
            if escape.scalar.value == 0 { traits.insert(.nul) }
            return (self.position + escape.length, traits)
        default:
            throw cursor.unexpected()
        }
    }
}
