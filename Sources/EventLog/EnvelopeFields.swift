import RawJSON

/// The members of an envelope, read by the rules of the contract.
struct EnvelopeFields {
    private let members: JSONLookup

    init(_ envelope: JSONValue, for table: EventTable) {
        self.members = envelope[table.keys]
    }

    /// A member that is there and not null; of two equal keys the last counts.
    private func member(_ field: EnvelopeField) -> JSONValue? {
        guard let value = self.members[field.place], !value.isNull else { return nil }
        return value
    }

    /// An integer, or `nil` where absent or null.
    func integer(_ field: EnvelopeField, emptyIsNull: Bool = false) throws(EventFault) -> Int64? {
        guard let value = self.member(field) else { return nil }
        if emptyIsNull, value.withUTF8({ $0.isEmpty }) == true { return nil }
        do {
            return try value.lenientInteger()
        } catch {
            throw EventFault(field: field.name, kind: EventFault.Kind(error))
        }
    }

    /// A finite number, given as a number or as a string that holds one.
    func number(_ field: EnvelopeField) throws(EventFault) -> Double? {
        guard let value = self.member(field) else { return nil }
        let number: Double? =
            switch value.kind {
            case .number: Double(value.rawText)
            // Swift reads hexadecimal numbers and words as well.
            case .string: value.string?.trimmingBlanks.asDecimal
            default: nil
            }
        guard let number, number.isFinite else { throw EventFault(field: field.name, kind: .notANumber) }
        return number
    }

    /// A time; an empty string counts as absent.
    func timestamp(_ field: EnvelopeField) throws(EventFault) -> Timestamp? {
        guard let value = self.member(field) else { return nil }
        guard value.kind == .string, let text = value.string else {
            throw EventFault(field: field.name, kind: .notATimestamp)
        }
        guard !text.isEmpty else { return nil }
        guard let timestamp = Timestamp(parsing: text) else {
            throw EventFault(field: field.name, kind: .notATimestamp)
        }
        return timestamp
    }

    /// A string.
    func text(_ field: EnvelopeField) throws(EventFault) -> JSONValue? {
        guard let value = self.member(field) else { return nil }
        guard value.kind == .string else { throw EventFault(field: field.name, kind: .notAString) }
        return try self.storable(value, field)
    }

    /// An object.
    func object(_ field: EnvelopeField) throws(EventFault) -> JSONValue? {
        guard let value = self.member(field) else { return nil }
        guard value.kind == .object else { throw EventFault(field: field.name, kind: .notAnObject) }
        return try self.storable(value, field)
    }

    /// What the envelope has for a column that not every database has, or `nil` where it has nothing.
    ///
    /// A text column takes any JSON: a loop's item, which is anything, has a column of texts.
    ///
    /// - Parameters:
    ///   - column: The column.
    ///   - field: The field of its name.
    /// - Returns: The value.
    /// - Throws: ``EventFault``.
    func value(of column: EventColumn, _ field: EnvelopeField) throws(EventFault) -> EventColumn.Value? {
        switch column.kind {
        case .integer(let bits):
            guard let value = try self.integer(field, emptyIsNull: true) else { return nil }
            guard (Int64.min >> (64 - bits)...Int64.max >> (64 - bits)).contains(value) else {
                throw EventFault(field: field.name, kind: .integerOutOfRange, bits: bits)
            }
            return .integer(value)
        case .number: return try self.number(field).map { .number($0) }
        case .timestamp, .zonedTimestamp: return try self.timestamp(field).map { .timestamp($0) }
        case .text:
            guard let value = self.member(field) else { return nil }
            return .text(try self.storable(value, field))
        case .json:
            guard let value = self.member(field) else { return nil }
            return .json(try self.storable(value, field))
        }
    }

    /// A string or an object.
    func textOrObject(_ field: EnvelopeField) throws(EventFault) -> JSONValue? {
        guard let value = self.member(field) else { return nil }
        guard value.kind == .string || value.kind == .object else {
            throw EventFault(field: field.name, kind: .notAnObject)
        }
        return try self.storable(value, field)
    }

    /// A string or a number, which stands for its text; an empty string counts as absent.
    func name(_ field: EnvelopeField) throws(EventFault) -> JSONValue? {
        guard let value = self.member(field) else { return nil }
        switch value.kind {
        case .number: return value
        case .string: return value.withUTF8({ $0.isEmpty }) == true ? nil : try self.storable(value, field)
        default: throw EventFault(field: field.name, kind: .notAString)
        }
    }

    private func storable(_ value: JSONValue, _ field: EnvelopeField) throws(EventFault) -> JSONValue {
        guard !value.containsNUL else { throw EventFault(field: field.name, kind: .containsNUL) }
        guard !value.containsUnpairedSurrogate else {
            throw EventFault(field: field.name, kind: .containsUnpairedSurrogate)
        }
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

extension Substring {
    /// The number it holds, written with digits, sign, point and exponent.
    fileprivate var asDecimal: Double? {
        self.utf8.allSatisfy(Set("0123456789+-.eE".utf8).contains) ? Double(self) : nil
    }
}
