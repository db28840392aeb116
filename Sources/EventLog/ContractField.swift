/// The fields of an envelope that the contract names, in the order of their places in a lookup.
enum ContractField: Int, CaseIterable {
    case eventID
    case executionID
    case catalogID
    case parentEventID
    case duration
    case timestamp
    case createdAt
    case payload
    case traceComponent
    case tenantID
    case organizationID
    case eventType
    case nodeID
    case nodeName
    case nodeType
    case status
    case error
    case stackTrace
    case context
    case result
    case meta

    /// The fields whose value is a string and is stored.
    static let texts: [Self] = [.eventType, .nodeID, .nodeName, .nodeType, .status, .error, .stackTrace]
    /// The fields whose value is an object and is stored.
    static let objects: [Self] = [.context, .result, .meta]

    /// How the field is written.
    var name: String {
        switch self {
        case .eventID: "event_id"
        case .executionID: "execution_id"
        case .catalogID: "catalog_id"
        case .parentEventID: "parent_event_id"
        case .duration: "duration"
        case .timestamp: "timestamp"
        case .createdAt: "created_at"
        case .payload: "payload"
        case .traceComponent: "trace_component"
        case .tenantID: "tenant_id"
        case .organizationID: "organization_id"
        case .eventType: "event_type"
        case .nodeID: "node_id"
        case .nodeName: "node_name"
        case .nodeType: "node_type"
        case .status: "status"
        case .error: "error"
        case .stackTrace: "stack_trace"
        case .context: "context"
        case .result: "result"
        case .meta: "meta"
        }
    }
}
