/// A quarter of a year, the span of one partition of `noetl.event`.
package struct Quarter: Hashable, Sendable, Comparable {
    /// The year.
    package let year: Int
    /// 1 to 4.
    package let number: Int

    /// Creates a quarter of a year.
    package init(year: Int, number: Int) {
        self.year = year
        self.number = number
    }

    /// The quarter that holds a day.
    package init(year: Int, month: Int) {
        self.init(year: year, number: (month - 1) / 3 + 1)
    }

    /// The quarter after this one.
    package var next: Quarter {
        self.number == 4 ? Quarter(year: self.year + 1, number: 1) : Quarter(year: self.year, number: self.number + 1)
    }

    /// The name of its partition, without the schema.
    package var partitionName: String { "event_\(self.year)_q\(self.number)" }

    /// The lowest snowflake id of the quarter: `(milliseconds since 2024-01-01 UTC) << 23`.
    package var lowestID: Int64 {
        let days = Self.daysSinceEpoch(year: self.year, month: (self.number - 1) * 3 + 1)
        return Int64(days) * 86_400_000 << 23
    }

    // swift-format-ignore: AllPublicDeclarationsHaveDocumentation
    package static func < (left: Quarter, right: Quarter) -> Bool {
        (left.year, left.number) < (right.year, right.number)
    }

    /// Days from 2024-01-01 to the first of a month, counted in years that begin in March, so that the leap day is the
    /// last.
    ///
    /// The algorithm is `days_from_civil` of https://howardhinnant.github.io/date_algorithms.html.
    private static func daysSinceEpoch(year: Int, month: Int) -> Int {
        func days(_ year: Int, _ month: Int) -> Int {
            let shifted = month <= 2 ? year - 1 : year
            let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5
            return shifted * 365 + shifted / 4 - shifted / 100 + shifted / 400 + dayOfYear
        }
        return days(year, month) - days(2024, 1)
    }
}
