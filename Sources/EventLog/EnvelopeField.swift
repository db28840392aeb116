import RawJSON

/// A field of an envelope that is read: its name, and its place among those that are looked up together.
struct EnvelopeField: Hashable, Sendable {
    let name: String
    let place: Int

    private static let contractNames = [
        "event_id", "execution_id", "catalog_id", "parent_event_id", "duration", "timestamp", "created_at", "payload",
        "trace_component", "tenant_id", "organization_id", "event_type", "node_id", "node_name", "node_type", "status",
        "error", "stack_trace", "context", "result", "meta",
    ]

    /// The fields that the contract names.
    private static let contract = Dictionary(
        uniqueKeysWithValues: Self.contractNames.enumerated().map { ($1, EnvelopeField(name: $1, place: $0)) }
    )

    static let eventID = Self.named("event_id")
    static let executionID = Self.named("execution_id")
    static let catalogID = Self.named("catalog_id")
    static let parentEventID = Self.named("parent_event_id")
    static let duration = Self.named("duration")
    static let timestamp = Self.named("timestamp")
    static let createdAt = Self.named("created_at")
    static let payload = Self.named("payload")
    static let traceComponent = Self.named("trace_component")
    static let tenantID = Self.named("tenant_id")
    static let organizationID = Self.named("organization_id")
    /// The fields whose value is a string.
    static let texts = ["event_type", "node_id", "node_name", "node_type", "status", "error", "stack_trace"]
        .map { Self.named($0) }
    /// The fields whose value is an object.
    static let objects = ["context", "result", "meta"].map { Self.named($0) }

    /// The fields for a table's own columns, and the keys of these and of the contract's.
    static func fields(of columns: [EventColumn]) -> (fields: [EnvelopeField], keys: JSONKeys) {
        var names = Self.contractNames
        let fields = columns.map { column in
            if let known = Self.contract[column.name] { return known }
            names.append(column.name)
            return EnvelopeField(name: column.name, place: names.count - 1)
        }
        return (fields, JSONKeys(names))
    }

    private static func named(_ name: String) -> EnvelopeField {
        guard let field = Self.contract[name] else { preconditionFailure("\(name) is no field of the contract") }
        return field
    }
}
