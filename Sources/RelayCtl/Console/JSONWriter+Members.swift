import RawJSON

extension JSONWriter {
    /// Writes a member that is a text.
    mutating func text(_ key: String, _ value: String) {
        self.key(key)
        self.string(value)
    }

    /// Writes a member that is an integer.
    mutating func integer(_ key: String, _ value: some FixedWidthInteger) {
        self.key(key)
        self.integer(value)
    }

    /// Writes a member that is a finite number, rounded to thousandths, or `null`.
    mutating func number(_ key: String, _ value: Double?) {
        self.key(key)
        if let value {
            self.raw("\((value * 1000).rounded() / 1000)".utf8)
        } else {
            self.null()
        }
    }
}
