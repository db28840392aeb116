import RawJSON

/// A column of `noetl.event` that only some databases have, filled from the field of its name.
struct EventColumn: Hashable, Sendable {
    /// What a column holds, as far as it matters for reading its field.
    enum Kind: Hashable, Sendable {
        /// An integer of so many bits.
        case integer(bits: Int)
        /// `real` or `double precision`.
        case number
        /// Any text.
        case text
        /// `json` or `jsonb`.
        case json
        /// `timestamp` without zone, which is UTC.
        case timestamp
        /// `timestamptz`.
        case zonedTimestamp
    }

    /// What an event has for a column.
    enum Value: Sendable {
        case integer(Int64)
        case number(Double)
        case text(JSONValue)
        case json(JSONValue)
        case timestamp(Timestamp)
    }

    /// The column's name, which is that of the field.
    let name: String
    /// The name as SQL has it, quoted where it must be.
    let identifier: String
    /// The type as SQL has it.
    let type: String
    /// What it holds.
    let kind: Kind
    /// The SQL of what it gets where the event has nothing for it, if not NULL.
    let fallback: String?
}

extension EventColumn {
    /// The kind of a type by its name in `pg_type`; `nil` for one that no field can fill.
    static func kind(ofType name: String) -> Kind? {
        switch name {
        case "int2": .integer(bits: 16)
        case "int4": .integer(bits: 32)
        case "int8": .integer(bits: 64)
        case "float4", "float8": .number
        case "text", "varchar", "bpchar": .text
        case "json", "jsonb": .json
        case "timestamp": .timestamp
        case "timestamptz": .zonedTimestamp
        default: nil
        }
    }

    /// The value of the column, given the name of the array's element that holds what the event has for it.
    func expression(_ element: String) -> String {
        let value =
            switch self.kind {
            // A cast of a text that is too long would cut it; assigning it is refused.
            case .text: element
            case .zonedTimestamp: "(\(element) AT TIME ZONE 'UTC')"
            case .integer, .number, .json, .timestamp: "\(element)::\(self.type)"
            }
        return self.fallback.map { "coalesce(\(value), \($0))" } ?? value
    }

    /// The type of the array that carries a batch's values.
    var arrayType: String {
        switch self.kind {
        case .integer: "bigint[]"
        case .number: "float8[]"
        case .text, .json: "text[]"
        case .timestamp, .zonedTimestamp: "timestamp[]"
        }
    }
}
