import RawJSON

@testable import EventLog

/// Reads an envelope from its JSON.
func envelope(_ json: String) throws -> EventEnvelope {
    let depth = EventEnvelope.indexingDepth
    return try EventEnvelope(JSONDocument(parsing: Array(json.utf8), indexingDepth: depth).root)
}

/// Reads an envelope that has, beside an `event_id`, one field.
func envelope(field: String, _ value: String) throws -> EventEnvelope {
    try envelope(#"{"event_id": 1, "\#(field)": \#(value)}"#)
}

extension EventEnvelope {
    /// What it has for a field; `nil` where absent or null.
    subscript(field: ContractField) -> JSONValue? {
        self.members[field.rawValue].flatMap { $0.isNull ? nil : $0 }
    }
}
