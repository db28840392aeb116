import Testing

@testable import EventLog

struct TimestampTests {
    /// 2024-03-01T10:00:00Z in microseconds since 2000-01-01.
    private static let ten: Int64 = 762_602_400_000_000

    @Test(
        arguments: [
            // text, microseconds after 2024-03-01T10:00:00Z
            ("2024-03-01T10:00:00Z", 0), ("2024-03-01t10:00:00z", 0), ("2024-03-01 10:00:00", 0),
            ("2024-03-01T10:00:00", 0), ("2024-03-01T10:00:00+00:00", 0), ("2024-03-01T12:30:00+02:30", 0),
            ("2024-03-01T05:00:00-0500", 0), ("2024-03-01T12:00:00+02", 0), ("2024-02-29T23:00:00-11:00", 0),
            ("2024-03-02T00:00:00+14:00", 0),
            ("2024-03-01T10:00:00.5Z", 500_000), ("2024-03-01T10:00:00.000001Z", 1),
            ("2024-03-01T10:00:00.0000014Z", 1),
            ("2024-03-01T10:00:00.0000015Z", 2), ("2024-03-01T10:00:00.9999999Z", 1_000_000),
            ("2024-03-01T10:00:00.123456789012345Z", 123_457),
            ("2024-03-01", -36_000_000_000), ("2024-03-01T10:00", 0),
        ] as [(String, Int64)]
    )
    func `a time is read and converted to UTC`(text: String, offset: Int64) {
        #expect(Timestamp(parsing: text)?.microseconds == Self.ten + offset)
    }

    @Test(
        arguments: [
            "", " ", "now", "infinity", "-infinity", "epoch", "today", "1709287200", "2024", "2024-03", "2024-3-1",
            "2024-02-30", "2023-02-29", "1900-02-29", "2024-13-01", "2024-00-01", "2024-01-00", "2024-04-31",
            "0000-01-01", "10000-01-01", "2024-03-01T24:00:00Z", "2024-03-01T10:60:00Z", "2024-03-01T10:00:60Z",
            "2024-03-01T10:00:00+24:00", "2024-03-01T10:00:00+02:60", "2024-03-01T10:00:00 Z", "2024-03-01T10:00:00.Z",
            "2024-03-01T10:00:00ZZ", "2024-03-01T", "2024-03-01X10:00:00", "2024-03-01T10:00:00Europe/Berlin",
            " 2024-03-01", "2024-03-01 ", "２０２４-03-01", "2024-03-01T10:00:00\0",
        ]
    )
    func `what is no time is refused, PostgreSQL's own words too`(text: String) {
        #expect(Timestamp(parsing: text) == nil)
    }

    @Test(arguments: [("2000-02-29", 59), ("1970-01-01", -10957), ("2100-03-01", 36584), ("0001-01-01", -730119)])
    func `leap years are those of the calendar`(text: String, days: Int64) {
        #expect(Timestamp(parsing: text)?.microseconds == days * 86_400_000_000)
    }

    @Test
    func `seconds since 1970 are the same time`() {
        #expect(Timestamp(parsing: "1970-01-01T00:00:01.5Z")?.unixSeconds == 1.5)
        #expect(Timestamp(microseconds: 0) < Timestamp(microseconds: 1))
    }

    @Test
    func `timestamp goes before created_at, an empty one counts as absent`() throws {
        let both = #"{"event_id": 1, "timestamp": "2024-03-01", "created_at": "2025-01-01"}"#
        #expect(try envelope(both).timestamp == Timestamp(parsing: "2024-03-01"))
        for absent in [#""""#, "null"] {
            let other = #"{"event_id": 1, "timestamp": \#(absent), "created_at": "2025-01-01"}"#
            #expect(try envelope(other).timestamp == Timestamp(parsing: "2025-01-01"))
            #expect(try envelope(field: "timestamp", absent).timestamp == nil)
        }
    }

    @Test(arguments: ["timestamp", "created_at"])
    func `a time that is none is a fault`(field: String) {
        for wrong in ["1709287200", #""yesterday""#, "{}", "true"] {
            #expect(throws: EventFault(field: field, kind: .notATimestamp)) { try envelope(field: field, wrong) }
        }
    }
}
