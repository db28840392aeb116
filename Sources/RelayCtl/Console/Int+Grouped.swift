extension BinaryInteger {
    /// The number with a comma between groups of three digits: 20,000.
    var grouped: String {
        var text = ""
        for (place, digit) in String(self.magnitude).reversed().enumerated() {
            if place > 0, place.isMultiple(of: 3) { text.append(",") }
            text.append(digit)
        }
        return (self < 0 ? "-" : "") + String(text.reversed())
    }
}

extension Double {
    /// The number with one digit behind the point.
    var oneDecimal: String {
        guard self.isFinite, self.magnitude < 1e15 else { return "\(self)" }
        let tenths = Int64((self * 10).rounded())
        let sign = tenths < 0 ? "-" : ""
        return "\(sign)\((tenths.magnitude / 10).grouped).\(tenths.magnitude % 10)"
    }
}
