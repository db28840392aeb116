/// Reads the text of a time, byte by byte.
struct TimestampReader {
    private let bytes: UnsafeBufferPointer<UInt8>
    private var position = 0

    init(_ bytes: UnsafeBufferPointer<UInt8>) {
        self.bytes = bytes
    }

    /// The time in microseconds since 1970-01-01 UTC, or `nil` for what is not a time.
    mutating func microsecondsSinceUnixEpoch() -> Int64? {
        guard let days = self.date() else { return nil }
        guard !self.isAtEnd else { return days * 86_400_000_000 }
        guard self.take(where: { [0x20, UInt8(ascii: "T"), UInt8(ascii: "t")].contains($0) }) != nil,
            let time = self.timeOfDay(), let offset = self.zone(), self.isAtEnd
        else { return nil }
        return days * 86_400_000_000 + time - offset * 1_000_000
    }

    private var isAtEnd: Bool { self.position == self.bytes.count }

    /// Days since 1970-01-01.
    private mutating func date() -> Int64? {
        guard let year = self.number(digits: 4), self.take("-"), let month = self.number(digits: 2), self.take("-"),
            let day = self.number(digits: 2), year >= 1, (1...12).contains(month), day >= 1,
            day <= Self.days(in: month, of: year)
        else { return nil }
        return Self.daysSinceUnixEpoch(year, month, day)
    }

    /// Microseconds since midnight.
    ///
    /// 24:00 and leap seconds are refused, as no column can tell them from their neighbours.
    private mutating func timeOfDay() -> Int64? {
        guard let hour = self.number(digits: 2), hour <= 23, self.take(":"), let minute = self.number(digits: 2),
            minute <= 59
        else { return nil }
        let seconds = (hour * 60 + minute) * 60
        guard self.take(":") else { return seconds * 1_000_000 }
        guard let second = self.number(digits: 2), second <= 59 else { return nil }
        guard self.take(".") || self.take(",") else { return (seconds + second) * 1_000_000 }
        guard let fraction = self.fraction() else { return nil }
        return (seconds + second) * 1_000_000 + fraction
    }

    /// The digits of a fraction in microseconds, rounded half up.
    private mutating func fraction() -> Int64? {
        var microseconds: Int64 = 0
        var digits = 0
        while let digit = self.take(where: { (0x30...0x39).contains($0) }) {
            if digits < 6 { microseconds = microseconds * 10 + Int64(digit - 0x30) }
            if digits == 6, digit >= 0x35 { microseconds += 1 }
            digits += 1
        }
        guard digits > 0 else { return nil }
        for _ in min(digits, 6)..<6 { microseconds *= 10 }
        return microseconds
    }

    /// Seconds east of UTC; 0 where no zone is given.
    private mutating func zone() -> Int64? {
        guard !self.isAtEnd else { return 0 }
        if self.take("Z") || self.take("z") { return 0 }
        let sign: Int64
        if self.take("+") { sign = 1 } else if self.take("-") { sign = -1 } else { return nil }
        guard let hours = self.number(digits: 2), hours <= 23 else { return nil }
        guard !self.isAtEnd else { return sign * hours * 3600 }
        _ = self.take(":")
        guard let minutes = self.number(digits: 2), minutes <= 59 else { return nil }
        return sign * (hours * 3600 + minutes * 60)
    }

    private mutating func number(digits: Int) -> Int64? {
        var value: Int64 = 0
        for _ in 0..<digits {
            guard let digit = self.take(where: { (0x30...0x39).contains($0) }) else { return nil }
            value = value * 10 + Int64(digit - 0x30)
        }
        return value
    }

    private mutating func take(_ character: Unicode.Scalar) -> Bool {
        self.take(where: { $0 == UInt8(ascii: character) }) != nil
    }

    private mutating func take(where isExpected: (UInt8) -> Bool) -> UInt8? {
        guard self.position < self.bytes.count, isExpected(self.bytes[self.position]) else { return nil }
        defer { self.position += 1 }
        return self.bytes[self.position]
    }

    private static func days(in month: Int64, of year: Int64) -> Int64 {
        switch month {
        case 4, 6, 9, 11: 30
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        default: 31
        }
    }

    /// Years are counted from March, so that the leap day is the last of its year: `days_from_civil` of
    /// https://howardhinnant.github.io/date_algorithms.html.
    private static func daysSinceUnixEpoch(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
        let shifted = month <= 2 ? year - 1 : year
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        return shifted * 365 + shifted / 4 - shifted / 100 + shifted / 400 + dayOfYear - 719_468
    }
}
