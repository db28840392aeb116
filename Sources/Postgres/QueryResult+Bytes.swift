extension QueryResult {
    /// Returns the bytes of a `bytea` cell, or `nil` for NULL.
    ///
    /// - Throws: ``PostgresError`` where the cell holds something else, or the session has another `bytea_output` than
    ///   the server's default `hex`.
    package func bytes(row: Int, column: Int) throws -> [UInt8]? {
        guard !self.isNull(row: row, column: column) else { return nil }
        let bytes = self.withBytes(row: row, column: column) { text -> [UInt8]? in
            guard text.count >= 2, text.count.isMultiple(of: 2), text.starts(with: "\\x".utf8) else { return nil }
            var bytes: [UInt8] = []
            bytes.reserveCapacity(text.count / 2 - 1)
            for place in stride(from: 2, to: text.count, by: 2) {
                guard let high = Self.digit(text[place]), let low = Self.digit(text[place + 1]) else { return nil }
                bytes.append(high << 4 | low)
            }
            return bytes
        }
        guard let bytes else { throw PostgresError(.unexpectedResult, "column \(column) holds no bytes in hex") }
        return bytes
    }

    private static func digit(_ character: UInt8) -> UInt8? {
        switch character {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): character - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): character - UInt8(ascii: "a") + 10
        default: nil
        }
    }
}
