/// A table that somebody else made and that this version cannot work with.
package struct SchemaError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The table.
    package let table: String
    /// The columns it lacks.
    package let missing: [String]

    init(table: String, missing: [String]) {
        self.table = table
        self.missing = missing
    }

    // swift-format-ignore: AllPublicDeclarationsHaveDocumentation
    package var description: String {
        "\(self.table) exists and lacks \(self.missing.joined(separator: ", ")); it must be a NoETL table with these columns."
    }
}
