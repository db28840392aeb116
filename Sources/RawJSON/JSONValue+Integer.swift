extension JSONValue {
    /// Reads the value as an integer, exactly, in any of the forms that callers send.
    ///
    /// 1. A number that is whole however it is written: `5`, `5.0`, `50e-1`, `1.5e1`.
    /// 2. `true` as 1 and `false` as 0.
    /// 3. A string of decimal digits with blanks around, a sign in front, and a fraction of zeros behind a digit:
    ///    `" 5 "`, `"+5"`, `"5.00"`. Underscores, exponents, and digits and signs outside ASCII are refused.
    ///
    /// - Throws: `JSONIntegerError` with the reason.
    package func lenientInteger() throws(JSONIntegerError) -> Int64 {
        switch self.kind {
        case .number:
            return try self.withBytes { text throws(JSONIntegerError) in try DecimalNumber(text).integer() }
        case .bool:
            return self.bool == true ? 1 : 0
        case .string:
            let number = self.withUTF8 { text in DecimalNumber(lenient: text) } ?? nil
            guard let number else { throw .unparsableString }
            return try number.integer()
        case .object, .array, .null:
            throw .notAnInteger
        }
    }
}
