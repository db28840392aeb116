/// What was met between the first and the last byte of a value, keys and nested values included.
struct JSONTraits: OptionSet, Sendable {
    let rawValue: UInt8

    /// Some string has a backslash, so its text differs from its bytes.
    static let escapes = Self(rawValue: 1)
    /// Some string has the escape of U+0000.
    static let nul = Self(rawValue: 2)
    /// Some string has the escape of a surrogate without its partner.
    static let unpairedSurrogate = Self(rawValue: 4)
}
