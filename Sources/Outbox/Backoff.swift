/// How long a row that could not be published waits before it is tried again.
package enum Backoff {
    /// The delay of the contract: `min(maximum, 2^min(8, max(0, attempts − 1)))` seconds: 1, 2, 4, … 256.
    ///
    /// - Parameters:
    ///   - attempts: How often the row has been tried; 1 or less counts as 1.
    ///   - maximumSeconds: The longest delay.
    /// - Returns: Whole seconds.
    package static func seconds(attempts: Int64, maximumSeconds: Int64 = 300) -> Int64 {
        min(maximumSeconds, 1 << (min(9, max(1, attempts)) - 1))
    }

    /// The same with jitter, between a half and the whole of it, so that rows that failed together do not return
    /// together.
    package static func jittered(attempts: Int64) -> Double {
        Double(self.seconds(attempts: attempts)) * Double.random(in: 0.5...1)
    }
}
