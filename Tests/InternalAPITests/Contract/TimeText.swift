/// The texts of times that the contract takes.
enum TimeText {
    /// Microseconds since 1970-01-01 UTC, or `nil` for what is no time.
    static func microseconds(_ text: String) -> Int64? {
        let form = /(\d{4})-(\d\d)-(\d\d)(?:[Tt ](\d\d):(\d\d):(\d\d)(?:\.(\d+))?(?:([Zz])|([+-])(\d\d):(\d\d))?)?/
        guard let match = text.wholeMatch(of: form)?.output else { return nil }
        func number(_ text: Substring?) -> Int { text.flatMap { Int($0) } ?? 0 }
        let (year, month, day) = (number(match.1), number(match.2), number(match.3))
        let (hour, minute, second) = (number(match.4), number(match.5), number(match.6))
        guard year >= 1, (1...12).contains(month), (1...Self.length(month, year)).contains(day), hour < 24, minute < 60,
            second < 60
        else { return nil }
        var days = 0
        for other in 1..<year { days += Self.isLeap(other) ? 366 : 365 }
        for other in 1..<month { days += Self.length(other, year) }
        // 1970-01-01 is day 719,162 from 0001-01-01.
        days += day - 1 - 719_162
        let offset = (number(match.10) * 60 + number(match.11)) * (match.9 == "-" ? -60 : 60)
        let seconds = days * 86_400 + hour * 3600 + minute * 60 + second - offset
        let digits = String((match.7 ?? "").prefix(7)).padding(7)
        return Int64(seconds) * 1_000_000 + Int64((number(digits[...]) + 5) / 10)
    }

    /// A text of a time, and sometimes one of none.
    static func random(_ random: inout SeededGenerator) -> String {
        if random.oneIn(12) {
            return random.pick([
                "infinity", "-infinity", "epoch", "now", "today", "2023-02-29T00:00:00Z", "2024-13-01", "2024-00-10",
                "2024-04-31", "24-01-01", "2024-01-01T24:00:00Z", "2024-01-01T00:60:00Z", "2024-01-01Tx", "1700000000",
                "2024-1-1", "yesterday", "2024-01-01T00:00:00.Z", "0000-01-01",
            ])
        }
        func two(_ range: ClosedRange<Int>) -> String {
            let value = random.integer(range)
            return value < 10 ? "0\(value)" : "\(value)"
        }
        let year = random.oneIn(10) ? random.integer(1000...9998) : random.integer(1970...2040)
        let date = "\(year)-\(two(1...12))-\(two(1...28))"
        guard !random.oneIn(10) else { return random.pick([date, "2024-02-29"]) }
        var text = date + random.pick(["T", "t", " "]) + "\(two(0...23)):\(two(0...59)):\(two(0...59))"
        let digits = random.integer(0...12)
        if digits > 0 { text += "." + (0..<digits).map { _ in "\(random.integer(1...9))" }.joined() }
        let zones = [
            "Z", "z", "", "+00:00", "-00:00", "+\(two(0...14)):\(two(0...59))", "-\(two(0...12)):\(two(0...59))",
        ]
        return text + random.pick(zones)
    }

    private static func isLeap(_ year: Int) -> Bool { year % 400 == 0 || year % 4 == 0 && year % 100 != 0 }

    private static func length(_ month: Int, _ year: Int) -> Int {
        month == 2 ? (Self.isLeap(year) ? 29 : 28) : [4, 6, 9, 11].contains(month) ? 30 : 31
    }
}

extension String {
    /// The text with zeros behind it up to a length.
    fileprivate func padding(_ length: Int) -> String { self + String(repeating: "0", count: length - self.count) }
}
