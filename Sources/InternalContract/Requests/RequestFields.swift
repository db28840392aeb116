import FoundationEssentials
import RawJSON

/// The members of a body, read one after the other; what is wrong with them is collected.
///
/// A reading method that finds a fault returns a value that means nothing. ``check()`` throws then.
struct RequestFields {
    private let body: JSONValue
    /// Where they are, from the body on.
    private let place: [ValidationFault.Step]
    private var faults: [ValidationFault] = []

    init(_ body: JSONValue, at place: [ValidationFault.Step] = []) {
        self.body = body
        self.place = place
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

    /// An integer within a range, or `nil` where it is absent or null.
    mutating func optionalInteger(_ name: String, in range: ClosedRange<Int64>) -> Int64? {
        guard let value = self.body[name], !value.isNull else { return nil }
        return self.integer(name, in: range)
    }

    /// A required list of at least one integer.
    mutating func integers(_ name: String) -> [Int64] {
        self.list(name).map { self.elements(of: $0, name) } ?? []
    }

    /// A required list of at least one object, each read by itself.
    ///
    /// - Parameters:
    ///   - name: The member.
    ///   - read: Reads the members of one of them.
    /// - Returns: What was read.
    mutating func objects<Element>(_ name: String, _ read: (inout RequestFields) -> Element) -> [Element] {
        guard let list = self.list(name) else { return [] }
        var elements: [Element] = []
        elements.reserveCapacity(list.count)
        for (index, element) in list.elements.enumerated() {
            guard self.faults.count < RefusedBody.maximumFaults else { break }
            let place = self.place + [.field(name), .index(index)]
            guard element.kind == .object else {
                let message = "Input should be a valid dictionary or object to extract fields from"
                self.faults.append(ValidationFault(.notAnObject, at: place, message, input: element))
                continue
            }
            var fields = RequestFields(element, at: place)
            elements.append(read(&fields))
            self.faults += fields.faults
        }
        return elements
    }

    /// A required list that is not empty.
    private mutating func list(_ name: String) -> JSONValue? {
        guard let list = self.body[name] else {
            self.refuseMissing(name)
            return nil
        }
        guard list.kind == .array else {
            self.refuse(.notAList, at: [.field(name)], "Input should be a valid list", list)
            return nil
        }
        guard list.count > 0 else {
            let message = "List should have at least 1 item after validation, not 0"
            self.refuse(.tooShort, at: [.field(name)], message, list)
            return nil
        }
        return list
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

    /// A required string that PostgreSQL can store, of a length at least.
    mutating func storableString(_ name: String, minimumBytes: Int = 0) -> String {
        let text = self.string(name)
        guard let value = self.body[name], value.kind == .string else { return text }
        if value.traits.contains(.nul) {
            self.refuse(.unusable, at: [.field(name)], "Input holds U+0000, which PostgreSQL cannot store", value)
        } else if text.utf8.count < minimumBytes {
            self.refuse(.stringTooShort, at: [.field(name)], "String should not be empty", value)
        }
        return text
    }

    /// The SQLSTATE of an error, or `nil` where it is absent or null.
    mutating func sqlState(_ name: String) -> String? {
        guard let value = self.body[name], !value.isNull else { return nil }
        let text = self.string(name)
        if value.kind == .string, text.wholeMatch(of: /[0-9A-Z]{5}/) == nil {
            let message = "Input should be a SQLSTATE, five digits and capital letters"
            self.refuse(.unusable, at: [.field(name)], message, value)
        }
        return text
    }

    /// Required bytes, as Base64.
    mutating func bytes(_ name: String) -> [UInt8] {
        let text = self.string(name)
        guard let value = self.body[name], value.kind == .string else { return [] }
        guard let bytes = Data(base64Encoded: text) else {
            self.refuse(.unusable, at: [.field(name)], "Input should be valid Base64", value)
            return []
        }
        return Array(bytes)
    }

    /// Bytes as Base64, or `nil` where they are absent or null.
    mutating func optionalBytes(_ name: String) -> [UInt8]? {
        guard let value = self.body[name], !value.isNull else { return nil }
        return self.bytes(name)
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
    ///
    /// The last element that was read may have had more faults than are wanted.
    func check() throws(RefusedBody) {
        guard self.faults.isEmpty else { throw .invalid(Array(self.faults.prefix(RefusedBody.maximumFaults))) }
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
            self.faults.append(ValidationFault(error, at: self.place + location, input: value))
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
        self.faults.append(ValidationFault(kind, at: self.place + location, message, input: input))
    }
}
