/// A partition of `noetl.event`.
package struct EventPartition: Hashable, Sendable {
    /// Its name with the schema, as SQL has it.
    package let name: String
    /// Whether it takes what no other one does.
    package let isDefault: Bool
    /// The lowest execution it takes; `nil` where there is no bound.
    package let low: Int64?
    /// The execution below which its executions are; `nil` where there is no bound.
    package let high: Int64?
    /// The day of the lowest execution, as ids of executions say when they began; `nil` where there is no bound.
    package let firstDay: String?
    /// The day below which its executions began; `nil` where there is no bound.
    package let endDay: String?
    /// How many rows the server thinks it has.
    package let estimatedRows: Int64
    /// How many bytes it has on disk, indexes included.
    package let bytes: Int64

    /// Whether any execution from one id up to another, which is not meant any more, is its.
    func overlaps(_ range: Range<Int64>) -> Bool {
        !self.isDefault && (self.low ?? .min) < range.upperBound && (self.high ?? .max) > range.lowerBound
    }
}
