/// How many dead letters there are.
package struct DeadLetterCounts: Hashable, Sendable {
    /// Those with one SQLSTATE.
    package struct Group: Hashable, Sendable {
        /// The SQLSTATE; `nil` for those that the database was not asked about.
        package let sqlState: String?
        /// How many they are.
        package let count: Int64
    }

    /// By SQLSTATE, the most frequent first.
    package let groups: [Group]

    /// All of them.
    package var total: Int64 { self.groups.reduce(0) { $0 + $1.count } }
}
