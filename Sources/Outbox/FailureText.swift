/// The text of a failure as `last_error` can hold it.
package enum FailureText {
    /// The contract's limit, in Unicode scalars.
    private static let maximumScalars = 2000

    /// The first 2000 scalars, with U+0000, which no PostgreSQL text can hold, replaced by U+FFFD.
    package static func storable(_ text: String) -> String {
        var scalars = String.UnicodeScalarView()
        for scalar in text.unicodeScalars.prefix(self.maximumScalars) {
            scalars.append(scalar == "\0" ? "\u{FFFD}" : scalar)
        }
        return String(scalars)
    }
}
