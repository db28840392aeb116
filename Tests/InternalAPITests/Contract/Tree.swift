/// A JSON value as a test means it: numbers by their text, strings by their code points, halves of surrogate pairs
/// included.
indirect enum Tree {
    case null
    case bool(Bool)
    case number(String)
    case string([UInt32])
    case array([Tree])
    case object([(key: String, value: Tree)])

    static func text(_ text: String) -> Tree { .string(text.unicodeScalars.map(\.value)) }
    static func integer(_ value: Int64) -> Tree { .number(String(value)) }

    /// The text of a string with what no text can hold replaced; `nil` for another kind.
    var string: String? {
        guard case .string(let points) = self else { return nil }
        var text = String.UnicodeScalarView()
        for point in points { text.append(Unicode.Scalar(point) ?? "\u{FFFD}") }
        return String(text)
    }

    /// The last member of that name.
    func member(_ name: String) -> Tree? {
        guard case .object(let members) = self else { return nil }
        return members.last { $0.key == name }?.value
    }

    var isObject: Bool { if case .object = self { true } else { false } }
    var isNull: Bool { if case .null = self { true } else { false } }

    /// Whether no PostgreSQL text can hold it: U+0000 or half a surrogate pair anywhere inside.
    var isUnstorable: Bool {
        switch self {
        case .null, .bool, .number: false
        case .string(let points): points.contains { $0 == 0 || Unicode.Scalar($0) == nil }
        case .array(let elements): elements.contains(where: \.isUnstorable)
        case .object(let members): members.contains { $0.key.contains("\0") || $0.value.isUnstorable }
        }
    }
}

extension Tree {
    /// The value as JSON, with blanks and escapes where chance puts them.
    func json(_ random: inout SeededGenerator) -> String {
        let blank = random.oneIn(12) ? random.pick([" ", "\n", "\t", "\r\n  "]) : ""
        switch self {
        case .null: return blank + "null"
        case .bool(let value): return blank + "\(value)" + blank
        case .number(let text): return blank + text + blank
        case .string(let points): return blank + Self.quoted(points, &random)
        case .array(let elements):
            var parts: [String] = []
            for element in elements { parts.append(element.json(&random)) }
            return "[" + parts.joined(separator: ",") + blank + "]"
        case .object(let members):
            var parts: [String] = []
            for (key, value) in members {
                let name = Self.quoted(key.unicodeScalars.map(\.value), &random)
                parts.append(name + blank + ":" + value.json(&random))
            }
            return "{" + blank + parts.joined(separator: ",") + "}"
        }
    }

    private static func quoted(_ points: [UInt32], _ random: inout SeededGenerator) -> String {
        var text = "\""
        let escapes = random.oneIn(8)
        for point in points {
            let scalar = Unicode.Scalar(point)
            if let scalar, point >= 0x20, point != 0x22, point != 0x5C, !escapes || point > 0xFFFF {
                text.unicodeScalars.append(scalar)
            } else {
                let digits = String(point, radix: 16)
                text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            }
        }
        return text + "\""
    }
}
