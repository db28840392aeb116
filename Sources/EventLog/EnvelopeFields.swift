import RawJSON

/// The members of an envelope by name, read by the rules of the contract.
struct EnvelopeFields {
    private let members: PresentMembers

    init(_ envelope: JSONValue) {
        self.members = PresentMembers(object: envelope)
    }

    /// An integer, or `nil` where absent or null.
    func integer(_ field: String, emptyIsNull: Bool = false) throws(EventFault) -> Int64? {
        guard let value = self.members[field] else { return nil }
        if emptyIsNull, value.withUTF8({ $0.isEmpty }) == true { return nil }
        do {
            return try value.lenientInteger()
        } catch {
            throw EventFault(field: field, kind: EventFault.Kind(error))
        }
    }

    private static let numberBytes = Set("0123456789+-.eE".utf8)

    /// A finite number, given as a number or as a string that holds one.
    func number(_ field: String) throws(EventFault) -> Double? {
        guard let value = self.members[field] else { return nil }
        let text = value.kind == .string ? value.string : value.kind == .number ? value.rawText : nil
        // Swift reads hexadecimal numbers and words as well.
        guard let digits = text?.trimmingBlanks, digits.utf8.allSatisfy(Self.numberBytes.contains),
            let number = Double(digits), number.isFinite
        else {
            throw EventFault(field: field, kind: .notANumber)
        }
        return number
    }

    /// A time; an empty string counts as absent.
    func timestamp(_ field: String) throws(EventFault) -> Timestamp? {
        guard let value = self.members[field] else { return nil }
        guard value.kind == .string, let text = value.string else {
            throw EventFault(field: field, kind: .notATimestamp)
        }
        guard !text.isEmpty else { return nil }
        guard let timestamp = Timestamp(parsing: text) else { throw EventFault(field: field, kind: .notATimestamp) }
        return timestamp
    }

    /// A string.
    func text(_ field: String) throws(EventFault) -> JSONValue? {
        guard let value = self.members[field] else { return nil }
        guard value.kind == .string else { throw EventFault(field: field, kind: .notAString) }
        return try self.storable(value, field)
    }

    /// An object.
    func object(_ field: String) throws(EventFault) -> JSONValue? {
        guard let value = self.members[field] else { return nil }
        guard value.kind == .object else { throw EventFault(field: field, kind: .notAnObject) }
        return try self.storable(value, field)
    }

    /// What the envelope has for a column that not every database has, or `nil` where it has nothing.
    ///
    /// A text column takes any JSON: a loop's item, which is anything, has a column of texts.
    func value(of column: EventColumn) throws(EventFault) -> EventColumn.Value? {
        switch column.kind {
        case .integer(let bits):
            guard let value = try self.integer(column.name, emptyIsNull: true) else { return nil }
            guard (Int64.min >> (64 - bits)...Int64.max >> (64 - bits)).contains(value) else {
                throw EventFault(field: column.name, kind: .integerOutOfRange, bits: bits)
            }
            return .integer(value)
        case .number: return try self.number(column.name).map { .number($0) }
        case .timestamp, .zonedTimestamp: return try self.timestamp(column.name).map { .timestamp($0) }
        case .text:
            guard let value = self.members[column.name] else { return nil }
            return .text(try self.storable(value, column.name))
        case .json:
            guard let value = self.members[column.name] else { return nil }
            return .json(try self.storable(value, column.name))
        }
    }

    /// A string or an object.
    func textOrObject(_ field: String) throws(EventFault) -> JSONValue? {
        guard let value = self.members[field] else { return nil }
        guard value.kind == .string || value.kind == .object else { throw EventFault(field: field, kind: .notAnObject) }
        return try self.storable(value, field)
    }

    /// A string or a number, which stands for its text; an empty string counts as absent.
    func name(_ field: String) throws(EventFault) -> JSONValue? {
        guard let value = self.members[field] else { return nil }
        switch value.kind {
        case .number: return value
        case .string: return value.withUTF8({ $0.isEmpty }) == true ? nil : try self.storable(value, field)
        default: throw EventFault(field: field, kind: .notAString)
        }
    }

    private func storable(_ value: JSONValue, _ field: String) throws(EventFault) -> JSONValue {
        guard !value.containsNUL else { throw EventFault(field: field, kind: .containsNUL) }
        guard !value.containsUnpairedSurrogate else { throw EventFault(field: field, kind: .containsUnpairedSurrogate) }
        return value
    }
}

/// The members of an object that are not null; of two equal keys the last counts.
///
/// Looked up in the text's order, by the lengths of keys first: for the dozen members of an envelope that is faster than
/// a dictionary, which has to be filled first (1.5 µs of the projector's 14 for each event).
private struct PresentMembers {
    let object: JSONValue

    subscript(name: String) -> JSONValue? {
        guard let value = self.object[name], !value.isNull else { return nil }
        return value
    }
}

extension EventFault.Kind {
    fileprivate init(_ error: JSONIntegerError) {
        self =
            switch error {
            case .notAnInteger: .notAnInteger
            case .fractional: .fractional
            case .unparsableString: .unparsableInteger
            case .outOfRange: .integerOutOfRange
            }
    }
}

extension String {
    /// The text without white space around it.
    fileprivate var trimmingBlanks: Substring {
        let start = self.firstIndex { !$0.isWhitespace } ?? self.endIndex
        let end = self.lastIndex { !$0.isWhitespace } ?? start
        return start < self.endIndex ? self[start...end] : ""
    }
}
