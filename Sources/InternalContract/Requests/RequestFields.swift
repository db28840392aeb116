import RawJSON

/// The members of a body, read one after the other; what is wrong with them is collected.
///
/// A reading method that finds a fault returns a value that means nothing. ``check()`` throws then.
struct RequestFields {
    private let body: JSONValue
    private var faults: [ValidationFault] = []

    init(_ body: JSONValue) {
        self.body = body
    }

    /// An integer within a range; required where there is no fallback.
    mutating func integer(_ name: String, default fallback: Int64? = nil, in range: ClosedRange<Int64>) -> Int64 {
        guard let value = self.body[name] else {
            if fallback == nil { self.refuseMissing(name) }
            return fallback ?? 0
        }
        guard let integer = self.integer(value, at: [.field(name)]) else { return 0 }
        if integer < range.lowerBound {
            let message = "Input should be greater than or equal to \(range.lowerBound)"
            self.refuse(.tooSmall, at: [.field(name)], message, value)
        } else if integer > range.upperBound {
            let message = "Input should be less than or equal to \(range.upperBound)"
            self.refuse(.tooGreat, at: [.field(name)], message, value)
        }
        return integer
    }

    /// A required list of at least one integer.
    mutating func integers(_ name: String) -> [Int64] {
        guard let list = self.body[name] else {
            self.refuseMissing(name)
            return []
        }
        guard list.kind == .array else {
            self.refuse(.notAList, at: [.field(name)], "Input should be a valid list", list)
            return []
        }
        guard list.count > 0 else {
            let message = "List should have at least 1 item after validation, not 0"
            self.refuse(.tooShort, at: [.field(name)], message, list)
            return []
        }
        return self.elements(of: list, name)
    }

    /// A list of as many integers as another list has, or `nil` where it is absent or null.
    mutating func integers(_ name: String, asManyAs other: String) -> [Int64]? {
        guard let list = self.body[name], !list.isNull else { return nil }
        guard list.kind == .array else {
            self.refuse(.notAList, at: [.field(name)], "Input should be a valid list", list)
            return nil
        }
        guard list.count == self.body[other]?.count else {
            self.refuse(.unusable, at: [.field(name)], "List should have as many items as \(other)", list)
            return nil
        }
        return self.elements(of: list, name)
    }

    /// A required string, possibly empty; halves of surrogate pairs in it become U+FFFD.
    mutating func string(_ name: String) -> String {
        guard let value = self.body[name] else {
            self.refuseMissing(name)
            return ""
        }
        guard let text = value.string else {
            self.refuse(.notAString, at: [.field(name)], "Input should be a valid string", value)
            return ""
        }
        return text
    }

    /// A truth value, also as 1 and 0 or a string of one of these words; false where absent.
    mutating func boolean(_ name: String) -> Bool {
        guard let value = self.body[name] else { return false }
        if value.kind == .string, let word = value.string?.lowercased(), word == "true" || word == "false" {
            return word == "true"
        }
        switch try? value.lenientInteger() {
        case 0: return false
        case 1: return true
        default:
            self.refuse(.notABoolean, at: [.field(name)], "Input should be a valid boolean", value)
            return false
        }
    }

    /// Throws what was found wrong.
    func check() throws(RefusedBody) {
        guard self.faults.isEmpty else { throw .invalid(self.faults) }
    }

    private mutating func elements(of list: JSONValue, _ name: String) -> [Int64] {
        var integers: [Int64] = []
        integers.reserveCapacity(list.count)
        for (index, element) in list.elements.enumerated() {
            guard self.faults.count < RefusedBody.maximumFaults else { break }
            if let integer = self.integer(element, at: [.field(name), .index(index)]) { integers.append(integer) }
        }
        return integers
    }

    private mutating func integer(_ value: JSONValue, at location: [ValidationFault.Step]) -> Int64? {
        do {
            return try value.lenientInteger()
        } catch {
            self.faults.append(ValidationFault(error, at: location, input: value))
            return nil
        }
    }

    private mutating func refuseMissing(_ name: String) {
        self.refuse(.missing, at: [.field(name)], "Field required", self.body)
    }

    private mutating func refuse(
        _ kind: ValidationFault.Kind,
        at location: [ValidationFault.Step],
        _ message: String,
        _ input: JSONValue
    ) {
        self.faults.append(ValidationFault(kind, at: location, message, input: input))
    }
}
