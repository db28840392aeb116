/// Why a value cannot be read as a 64-bit integer.
package enum JSONIntegerError: Error, Hashable, Sendable {
    /// It is an object, an array or `null`.
    case notAnInteger
    /// It is a number that is not whole.
    case fractional
    /// It is a string that is not a whole decimal number.
    case unparsableString
    /// It is a whole number, or a string of one, beyond 64 bits.
    case outOfRange
}
