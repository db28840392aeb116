package import RawJSON

/// One thing that is wrong with a request's body, in the shape FastAPI reports it.
package struct ValidationFault: Hashable, Sendable {
    /// The faults by the names that FastAPI gives them.
    package enum Kind: String, Hashable, Sendable {
        case missing
        case invalidJSON = "json_invalid"
        case notAnObject = "model_attributes_type"
        case notADictionary = "dict_type"
        case notAList = "list_type"
        case tooShort = "too_short"
        case stringTooShort = "string_too_short"
        case notAnInteger = "int_type"
        case fractional = "int_from_float"
        case unparsableInteger = "int_parsing"
        case integerTooLarge = "int_parsing_size"
        case tooSmall = "greater_than_equal"
        case tooGreat = "less_than_equal"
        case notABoolean = "bool_parsing"
        case notAString = "string_type"
        case notUnicode = "string_unicode"
        case notANumber = "float_parsing"
        case notATime = "datetime_parsing"
        case unusable = "value_error"
    }

    /// One step from the body to the place of a fault.
    package enum Step: Hashable, Sendable {
        /// To the member of this name.
        case field(String)
        /// To the element at this index, or to this byte of a text that is not JSON.
        case index(Int)
    }

    /// Longer values are not sent back.
    private static let maximumInput = 256

    /// What kind of fault it is.
    package let kind: Kind
    /// Where it is, from the body on; empty for the body itself.
    package let location: [Step]
    /// A sentence for the caller.
    package let message: String
    /// The SQLSTATE, where it was the database that refused it.
    private let sqlState: String?
    /// The JSON found there; `null` where there is none or too much of it.
    private let input: [UInt8]

    /// Creates a fault.
    ///
    /// - Parameters:
    ///   - kind: What kind of fault it is.
    ///   - location: Where it is, from the body on.
    ///   - message: A sentence for the caller.
    ///   - input: What was found there, if anything was.
    ///   - sqlState: The SQLSTATE, where it was the database that refused it.
    package init(
        _ kind: Kind,
        at location: [Step],
        _ message: String,
        input: JSONValue?,
        sqlState: String? = nil
    ) {
        self.kind = kind
        self.location = location
        self.message = message
        self.sqlState = sqlState
        self.input = input.flatMap { $0.range.count > Self.maximumInput ? nil : Array($0.bytes) } ?? Array("null".utf8)
    }

    /// Creates the fault of a value that is not the integer it should be.
    package init(_ error: JSONIntegerError, at location: [Step], input: JSONValue) {
        let (kind, message): (Kind, String) =
            switch error {
            case .notAnInteger: (.notAnInteger, "Input should be a valid integer")
            case .fractional:
                (.fractional, "Input should be a valid integer, got a number with a fractional part")
            case .unparsableString:
                (.unparsableInteger, "Input should be a valid integer, unable to parse string as an integer")
            case .outOfRange: (.integerTooLarge, "Input should be a valid integer of 64 bits")
            }
        self.init(kind, at: location, message, input: input)
    }

    func encode(into json: inout JSONWriter) {
        json.object { json in
            json.key("type")
            json.string(self.kind.rawValue)
            json.key("loc")
            json.array { json in
                json.string("body")
                for step in self.location {
                    switch step {
                    case .field(let name): json.string(name)
                    case .index(let index): json.integer(index)
                    }
                }
            }
            json.key("msg")
            json.string(self.message)
            json.key("input")
            json.raw(self.input)
            if let sqlState {
                json.key("ctx")
                json.object { json in
                    json.key("sqlstate")
                    json.string(sqlState)
                }
            }
        }
    }
}
