import Testing
import Waiting

struct DurationTests {
    @Test(
        arguments: [
            (.zero, 0), (.nanoseconds(1), 1), (.microseconds(400), 1), (.milliseconds(1), 1), (.microseconds(1001), 2),
            (.seconds(1), 1000), (.nanoseconds(-1), 0), (.microseconds(-1500), -1), (.seconds(-1), -1000),
            (.seconds(Int64.max), .max), (.seconds(Int64.min), .min),
        ] as [(Duration, Int64)]
    )
    func `milliseconds are rounded up, so that a short wait does not become none`(duration: Duration, whole: Int64) {
        #expect(duration.wholeMilliseconds == whole)
    }

    @Test(
        arguments: [
            (.zero, 0), (Duration(secondsComponent: 0, attosecondsComponent: 1), 1), (.nanoseconds(5), 5),
            (.seconds(3600), 3_600_000_000_000), (.seconds(Int64.max), .max),
            (.seconds(9_223_372_036), 9_223_372_036_000_000_000),
        ] as [(Duration, Int64)]
    )
    func `nanoseconds are rounded up and stop at the largest number`(duration: Duration, whole: Int64) {
        #expect(duration.wholeNanoseconds == whole)
    }

    @Test(
        arguments: [(.zero, 0), (.milliseconds(1500), 1.5), (.microseconds(-250_000), -0.25)] as [(Duration, Double)]
    )
    func `seconds keep their fraction`(duration: Duration, seconds: Double) {
        #expect(duration.seconds == seconds)
    }
}
