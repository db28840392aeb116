/// What was met between the first and the last byte of a value, keys and nested values included.
package struct JSONTraits: OptionSet, Sendable {
    package let rawValue: UInt8

    /// Traits by their bits.
    package init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    /// Some string has a backslash, so its text differs from its bytes.
    package static let escapes = Self(rawValue: 1)
    /// Some string has the escape of U+0000.
    package static let nul = Self(rawValue: 2)
    /// Some string has the escape of a surrogate without its partner.
    package static let unpairedSurrogate = Self(rawValue: 4)
}
