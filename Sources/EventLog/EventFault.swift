/// Why an envelope cannot be stored, found before the database was asked.
package struct EventFault: Error, Hashable, Sendable {
    /// What is wrong with a field.
    package enum Kind: Hashable, Sendable {
        /// The field is required and absent.
        case missing
        /// It should be an object.
        case notAnObject
        /// It should be a string.
        case notAString
        /// It should be an integer.
        case notAnInteger
        /// It is a number with a fraction where an integer is expected.
        case fractional
        /// It is a string that holds no integer.
        case unparsableInteger
        /// It is an integer beyond the bits of its column.
        case integerOutOfRange
        /// It should be a finite number.
        case notANumber
        /// It should be a time as RFC 3339 writes it.
        case notATimestamp
        /// It holds U+0000, which no PostgreSQL text can.
        case containsNUL
        /// It holds half of a surrogate pair.
        case containsUnpairedSurrogate
    }

    /// The field of the envelope; empty for the envelope itself.
    package let field: String
    /// What is wrong with it.
    package let kind: Kind
    /// How many bits an integer may have.
    package let bits: Int

    /// Creates a fault.
    package init(field: String, kind: Kind, bits: Int = 64) {
        self.field = field
        self.kind = kind
        self.bits = bits
    }

    /// The same fault of an envelope that is a part of something.
    func within(_ part: String) -> EventFault {
        EventFault(field: self.field.isEmpty ? part : "\(part).\(self.field)", kind: self.kind, bits: self.bits)
    }

    /// A sentence without the field's content.
    package var reason: String {
        let subject = self.field.isEmpty ? "the envelope" : self.field
        return switch self.kind {
        case .missing: "\(subject) is required"
        case .notAnObject: "\(subject) must be an object"
        case .notAString: "\(subject) must be a string"
        case .notAnInteger, .unparsableInteger: "\(subject) must be an integer"
        case .fractional: "\(subject) must be an integer without a fraction"
        case .integerOutOfRange: "\(subject) must be an integer within \(self.bits) bits"
        case .notANumber: "\(subject) must be a finite number"
        case .notATimestamp: "\(subject) must be an RFC 3339 time"
        case .containsNUL: "\(subject) holds U+0000, which PostgreSQL cannot store"
        case .containsUnpairedSurrogate: "\(subject) holds half of a surrogate pair"
        }
    }
}
