import RawJSON

/// Why a request's body is refused.
package enum RefusedBody: Error, Hashable, Sendable {
    /// It is not UTF-8.
    case notUTF8
    /// It is not what the route takes. At least one fault.
    case invalid([ValidationFault])

    /// How many faults are collected before the rest of a body is left unread.
    package static let maximumFaults = 100

    /// Refuses a body that is not JSON.
    init(_ error: JSONError) {
        self =
            switch error.code {
            case .invalidUTF8: .notUTF8
            case .empty: .invalid([ValidationFault(.missing, at: [], "Field required", input: nil)])
            default:
                .invalid([
                    ValidationFault(.invalidJSON, at: [.index(error.offset)], "JSON decode error: \(error)", input: nil)
                ])
            }
    }

    /// The answer as JSON: `{"detail": sentence}` or `{"detail": [fault, …]}`.
    package var json: [UInt8] {
        switch self {
        case .notUTF8: return ErrorAnswer("The body is not valid UTF-8.").json
        case .invalid(let faults):
            var json = JSONWriter()
            json.object { json in
                json.key("detail")
                json.array { json in
                    for fault in faults { fault.encode(into: &json) }
                }
            }
            return json.bytes
        }
    }
}
