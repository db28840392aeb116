/// What became of a row that was given to the broker.
package enum Delivery: Sendable {
    /// The broker has stored it.
    case published
    /// The broker, or the way to it, refused this row.
    ///
    /// - Parameters:
    ///   - reason: A sentence for whoever looks at the row.
    ///   - isPermanent: Whether it will be refused again however often it is tried.
    case refused(reason: String, isPermanent: Bool)
    /// Nothing is known of it, for a reason that is not the row's.
    case undecided
}
