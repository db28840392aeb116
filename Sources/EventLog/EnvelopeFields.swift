import Postgres
import RawJSON

/// The members of an envelope, read by the rules of the contract.
struct EnvelopeFields {
    let members: JSONLookup
    private let keys: JSONKeys

    init(_ envelope: JSONValue, for table: EventTable) {
        self.keys = table.keys
        self.members = envelope[table.keys]
    }

    /// Whether a member is there and not null.
    func has(_ field: EnvelopeField) -> Bool { self.members.has(field.place) }

    private func fault(_ field: EnvelopeField, _ kind: EventFault.Kind, bits: Int = 64) -> EventFault {
        EventFault(field: self.keys[field.place], kind: kind, bits: bits)
    }

    /// A member that is there and not null; of two equal keys the last counts.
    private func member(_ field: EnvelopeField) -> JSONValue? {
        guard let value = self.members[field.place], !value.isNull else { return nil }
        return value
    }

    /// An integer, or `nil` where absent or null.
    func integer(_ field: EnvelopeField, emptyIsNull: Bool = false) throws(EventFault) -> Int64? {
        // As most are written; whatever else is read by the rules.
        if self.members.kind(field.place) == .number {
            var integer: Int64?
            self.members.withBytes(field.place) { integer = Int64(decimal: UnsafeRawBufferPointer($0)) }
            if let integer { return integer }
        }
        guard let value = self.member(field) else { return nil }
        if emptyIsNull, value.isEmptyString { return nil }
        do {
            return try value.lenientInteger()
        } catch {
            throw self.fault(field, EventFault.Kind(error))
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
        guard let number, number.isFinite else { throw self.fault(field, .notANumber) }
        return number
    }

    /// A time; an empty string counts as absent.
    func timestamp(_ field: EnvelopeField) throws(EventFault) -> Timestamp? {
        guard self.has(field) else { return nil }
        var timestamp: Timestamp?
        var isEmpty = false
        self.members.withUTF8(field.place) { text in
            isEmpty = text.isEmpty
            timestamp = Timestamp(parsing: text)
        }
        guard isEmpty || timestamp != nil else { throw self.fault(field, .notATimestamp) }
        return timestamp
    }

    /// A string, or nothing.
    func checkText(_ field: EnvelopeField) throws(EventFault) {
        guard self.has(field) else { return }
        guard self.members.kind(field.place) == .string else { throw self.fault(field, .notAString) }
        try self.checkStorable(field)
    }

    /// An object, or nothing.
    func checkObject(_ field: EnvelopeField) throws(EventFault) {
        guard self.has(field) else { return }
        guard self.members.kind(field.place) == .object else { throw self.fault(field, .notAnObject) }
        try self.checkStorable(field)
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
                throw self.fault(field, .integerOutOfRange, bits: bits)
            }
            return .integer(value)
        case .number: return try self.number(field).map { .number($0) }
        case .timestamp, .zonedTimestamp: return try self.timestamp(field).map { .timestamp($0) }
        case .text:
            guard let value = self.member(field) else { return nil }
            try self.checkStorable(field)
            return .text(value)
        case .json:
            guard let value = self.member(field) else { return nil }
            try self.checkStorable(field)
            return .json(value)
        }
    }

    /// A string or an object, or nothing.
    func checkTextOrObject(_ field: EnvelopeField) throws(EventFault) {
        guard self.has(field) else { return }
        let kind = self.members.kind(field.place)
        guard kind == .string || kind == .object else { throw self.fault(field, .notAnObject) }
        try self.checkStorable(field)
    }

    /// A string or a number, which stands for its text, or nothing.
    func checkName(_ field: EnvelopeField) throws(EventFault) {
        guard self.has(field) else { return }
        let kind = self.members.kind(field.place)
        guard kind == .string || kind == .number else { throw self.fault(field, .notAString) }
        try self.checkStorable(field)
    }

    private func checkStorable(_ field: EnvelopeField) throws(EventFault) {
        let traits = self.members.traits(field.place)
        guard !traits.contains(.nul) else { throw self.fault(field, .containsNUL) }
        guard !traits.contains(.unpairedSurrogate) else { throw self.fault(field, .containsUnpairedSurrogate) }
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
