extension Tree {
    /// The integer that the contract takes it for; `nil` where it is refused.
    ///
    /// Numbers and whole floats, `true` and `false`, decimal strings with blanks around, within 64 bits.
    var integer: Int64? {
        switch self {
        case .bool(let value): return value ? 1 : 0
        case .number(let text): return Self.wholeNumber(text)
        case .string:
            let trimmed = (self.string ?? "").trimming(" \t\n\r")
            let digits = trimmed.hasPrefix("+") || trimmed.hasPrefix("-") ? trimmed.dropFirst() : trimmed[...]
            guard !digits.isEmpty, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
            return Int64(trimmed)
        case .null, .array, .object: return nil
        }
    }

    /// Whether it is a number, or a string that is one, that is not infinite as a floating-point number.
    var finiteNumber: Double? {
        let text: String
        switch self {
        case .number(let digits): text = digits
        case .string: text = self.string ?? ""
        default: return nil
        }
        guard text.wholeMatch(of: /-?\d+(\.\d+)?([eE][+-]?\d+)?/) != nil, let value = Double(text) else { return nil }
        return value.isFinite ? value : nil
    }

    private static func wholeNumber(_ text: String) -> Int64? {
        guard let match = text.wholeMatch(of: /(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?/) else { return nil }
        let (_, sign, whole, fraction, power) = match.output
        var digits = String(whole) + (fraction ?? "")
        var exponent = (power.flatMap { Int($0) } ?? (power == nil ? 0 : .max / 2)) - (fraction?.count ?? 0)
        while digits.hasSuffix("0") {
            digits.removeLast()
            exponent += 1
        }
        digits = String(digits.drop { $0 == "0" })
        guard !digits.isEmpty else { return 0 }
        guard exponent >= 0, exponent < 20 else { return nil }
        return Int64(sign + digits + String(repeating: "0", count: exponent))
    }
}

extension String {
    fileprivate func trimming(_ blanks: String) -> String {
        let rest = self.drop { blanks.contains($0) }
        return String(String(rest.reversed()).drop { blanks.contains($0) }.reversed())
    }
}
