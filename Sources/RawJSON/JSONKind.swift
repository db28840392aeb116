/// The six kinds of JSON values.
package enum JSONKind: UInt8, Hashable, Sendable {
    case object, array, string, number, bool, null
}
