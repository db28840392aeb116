/// Why a text is not accepted as JSON.
///
/// Nothing in it shows the text itself, which may hold data that must not be logged.
package struct JSONError: Error, Hashable, Sendable {
    /// What kind of fault it is.
    package let code: Code

    /// Where the fault was found, in bytes from the start of the text, a byte order mark included.
    package let offset: Int

    /// Makes the error of a fault at an offset in bytes.
    package init(_ code: Code, at offset: Int) {
        self.code = code
        self.offset = offset
    }
}

extension JSONError: CustomStringConvertible {
    /// A sentence that names the fault and its offset.
    package var description: String {
        "\(self.code.sentence) (byte \(self.offset))"
    }
}
