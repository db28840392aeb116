/// A quantity that a histogram can sort into buckets.
package protocol PrometheusBucketable: Comparable, Sendable {
    /// The number that is exposed: seconds for a duration, the value itself for a number.
    var prometheusValue: Double { get }
}

extension Double: PrometheusBucketable {
    /// The number itself.
    package var prometheusValue: Double { self }
}

extension Duration: PrometheusBucketable {
    /// The duration in seconds.
    package var prometheusValue: Double { self / .seconds(1) }
}
