/// A point in time after which an operation gives up.
///
/// Made once at the entry of an operation and handed down, so that its steps share one budget instead of each having
/// the whole of it.
package struct Deadline: Hashable, Sendable {
    /// When the time is up, or `nil` where it never is.
    package let instant: ContinuousClock.Instant?

    /// A deadline that does not come.
    package static let never = Deadline(instant: nil)

    /// A deadline `duration` from now.
    package static func after(_ duration: Duration) -> Deadline {
        Deadline(instant: .now + duration)
    }

    /// A deadline at a point in time.
    package static func at(_ instant: ContinuousClock.Instant) -> Deadline {
        Deadline(instant: instant)
    }

    /// The one that comes first.
    package static func earliest(_ first: Deadline, _ second: Deadline) -> Deadline {
        guard let firstInstant = first.instant, let secondInstant = second.instant else {
            return first.instant == nil ? second : first
        }
        return firstInstant < secondInstant ? first : second
    }

    private init(instant: ContinuousClock.Instant?) {
        self.instant = instant
    }

    /// What is left of the time, never negative, or `nil` where there is no limit.
    package var remaining: Duration? {
        self.instant.map { max(.zero, $0 - .now) }
    }

    /// Whether the time is up.
    package var hasPassed: Bool {
        self.remaining == .zero
    }

    /// What is left in the form `poll(2)` takes: whole milliseconds, -1 for no limit.
    package var pollMilliseconds: Int32 {
        self.remaining.map { Int32(clamping: $0.wholeMilliseconds) } ?? -1
    }
}
