import Glibc

/// The time of day, as ids and envelopes carry it.
enum WallClock {
    private static var now: timespec {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return time
    }

    /// Milliseconds since 1970-01-01 UTC.
    static var milliseconds: Int64 {
        let now = self.now
        return Int64(now.tv_sec) * 1000 + Int64(now.tv_nsec) / 1_000_000
    }

    /// Now, as RFC 3339 in UTC with microseconds: `2026-02-03T04:05:06.000007Z`.
    static var timestamp: String {
        let now = self.now
        var seconds = now.tv_sec
        var parts = tm()
        gmtime_r(&seconds, &parts)
        let date = [(parts.tm_year + 1900, 4), (parts.tm_mon + 1, 2), (parts.tm_mday, 2)].map(Self.digits)
        let time = [(parts.tm_hour, 2), (parts.tm_min, 2), (parts.tm_sec, 2)].map(Self.digits)
        let fraction = Self.digits(Int32(now.tv_nsec / 1000), 6)
        return "\(date.joined(separator: "-"))T\(time.joined(separator: ":")).\(fraction)Z"
    }

    private static func digits(_ value: Int32, _ width: Int) -> String {
        let text = String(value)
        return String(repeating: "0", count: max(0, width - text.count)) + text
    }
}
