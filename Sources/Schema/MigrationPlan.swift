/// What migrating would do to a database, or did.
package struct MigrationPlan: Sendable, CustomStringConvertible {
    /// One change.
    package struct Change: Hashable, Sendable {
        /// What it is, in a few words.
        package let name: String
        /// Its SQL.
        package let sql: String
    }

    /// The changes, in order.
    package var changes: [Change] = []
    /// What was found that somebody may want to look at.
    package var remarks: [String] = []

    /// The plan with its SQL, as a script that could be run by hand.
    package var description: String {
        let remarks = self.remarks.map { "-- \($0)\n" }
        guard !self.changes.isEmpty else { return remarks.joined() + "-- nothing to do: the database is up to date" }
        return (remarks + self.changes.map { "-- \($0.name)\n\($0.sql);\n" }).joined(separator: "\n")
    }
}
