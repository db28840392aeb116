import RawJSON

/// A field of an envelope that is read, by its place among those that are looked up together.
struct EnvelopeField: Hashable, Sendable {
    let place: Int

    static let eventID = Self(.eventID)
    static let executionID = Self(.executionID)
    static let catalogID = Self(.catalogID)
    static let parentEventID = Self(.parentEventID)
    static let duration = Self(.duration)
    static let timestamp = Self(.timestamp)
    static let createdAt = Self(.createdAt)
    static let payload = Self(.payload)
    static let traceComponent = Self(.traceComponent)
    static let tenantID = Self(.tenantID)
    static let organizationID = Self(.organizationID)
    /// The fields whose value is a string.
    static let texts = ContractField.texts.map { Self($0) }
    /// The fields whose value is an object.
    static let objects = ContractField.objects.map { Self($0) }

    /// The fields that name to whom an event belongs.
    static let names = [tenantID, organizationID]

    /// The fields for a table's own columns, and the keys of these and of the contract's.
    static func fields(of columns: [EventColumn]) -> (fields: [EnvelopeField], keys: JSONKeys) {
        var names = ContractField.allCases.map(\.name)
        let fields = columns.map { column in
            if let known = ContractField.allCases.first(where: { $0.name == column.name }) { return Self(known) }
            names.append(column.name)
            return Self(place: names.count - 1)
        }
        return (fields, JSONKeys(names))
    }

    private init(_ field: ContractField) {
        self.init(place: field.rawValue)
    }

    private init(place: Int) {
        self.place = place
    }
}
