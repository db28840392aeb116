/// A point in time as the column `created_at` holds it: microseconds since 2000-01-01 UTC, PostgreSQL's own count.
package struct Timestamp: Hashable, Sendable, Comparable {
    /// Microseconds since 2000-01-01T00:00:00Z.
    package let microseconds: Int64

    /// Creates a time.
    package init(microseconds: Int64) {
        self.microseconds = microseconds
    }

    /// Seconds from 1970-01-01 to 2000-01-01.
    private static let epochOffset: Int64 = 946_684_800

    /// Seconds since 1970-01-01 UTC.
    package var unixSeconds: Double {
        Double(self.microseconds) / 1e6 + Double(Self.epochOffset)
    }

    // swift-format-ignore: AllPublicDeclarationsHaveDocumentation
    package static func < (left: Timestamp, right: Timestamp) -> Bool {
        left.microseconds < right.microseconds
    }

    /// Reads a time as RFC 3339 writes it.
    ///
    /// Accepted beyond it: a blank or `t` for `T`, a missing zone (which is UTC), a missing seconds field's fraction of
    /// any length (rounded to microseconds), an offset without colon, and a date alone (midnight). Years are 0001 to
    /// 9999. `nil` for anything else.
    package init?(parsing text: String) {
        var text = text
        guard let timestamp = text.withUTF8({ Timestamp(parsing: $0) }) else { return nil }
        self = timestamp
    }

    /// Does the same with text that is already UTF-8.
    init?(parsing text: UnsafeBufferPointer<UInt8>) {
        var reader = TimestampReader(text)
        guard let parsed = reader.microsecondsSinceUnixEpoch() else { return nil }
        self.microseconds = parsed - Self.epochOffset * 1_000_000
    }
}
