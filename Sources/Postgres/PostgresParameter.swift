/// The value of a statement's parameter.
///
/// Its case decides the parameter's type in SQL.
package enum PostgresParameter: Sendable {
    /// `bigint`.
    case integer(Int64?)
    /// `double precision`.
    case double(Double?)
    /// `boolean`.
    case boolean(Bool?)
    /// `text`.
    case text(String?)
    /// `text`, given as UTF-8. For large values: the bytes are lent to libpq, not copied.
    case utf8([UInt8])
    /// `bytea`.
    case bytes([UInt8])
    /// An array; see ``PostgresArray``.
    case array(PostgresArray)
}

extension PostgresParameter {
    /// The object identifier of the type, from PostgreSQL's `pg_type.dat`, where these are fixed.
    var typeOID: UInt32 {
        switch self {
        case .boolean: 16
        case .bytes: 17
        case .integer: 20
        case .text, .utf8: 25
        case .double: 701
        case .array(let array): array.typeOID
        }
    }

    /// The value in PostgreSQL's binary format, `nil` for NULL.
    var encoded: [UInt8]? {
        switch self {
        case .boolean(let value): value.map { [$0 ? 1 : 0] }
        case .bytes(let bytes), .utf8(let bytes): bytes
        case .integer(let value): value.map { $0.bigEndianBytes }
        case .text(let value): value.map { Array($0.utf8) }
        case .double(let value): value.map { $0.bitPattern.bigEndianBytes }
        case .array(let array): array.encoded
        }
    }
}

extension FixedWidthInteger {
    /// The integer as the network has it, most significant byte first.
    var bigEndianBytes: [UInt8] {
        withUnsafeBytes(of: self.bigEndian) { Array($0) }
    }
}
