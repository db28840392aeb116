import RawJSON

/// A field of an envelope that is read: its name, and its place among those that are looked up together.
struct EnvelopeField: Hashable, Sendable {
    let name: String
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
    static let texts = ([.eventType, .nodeID, .nodeName, .nodeType, .status, .error, .stackTrace] as [ContractField])
        .map { Self($0) }
    /// The fields whose value is an object.
    static let objects = ([.context, .result, .meta] as [ContractField]).map { Self($0) }

    private static let contract = ContractField.allCases.map { Self($0) }

    /// The fields for a table's own columns, and the keys of these and of the contract's.
    static func fields(of columns: [EventColumn]) -> (fields: [EnvelopeField], keys: JSONKeys) {
        var all = Self.contract
        let fields = columns.map { column in
            if let known = Self.contract.first(where: { $0.name == column.name }) { return known }
            let field = EnvelopeField(name: column.name, place: all.count)
            all.append(field)
            return field
        }
        return (fields, JSONKeys(all.map(\.name)))
    }

    private init(_ field: ContractField) {
        self.init(name: field.name, place: field.rawValue)
    }

    private init(name: String, place: Int) {
        self.name = name
        self.place = place
    }
}
