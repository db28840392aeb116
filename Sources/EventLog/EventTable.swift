import RawJSON

/// Which columns of `noetl.event` events are read for.
package struct EventTable: Hashable, Sendable {
    /// The columns that every NoETL database has, and no other.
    package static let contract = EventTable(columns: [])

    /// The columns beside those.
    let columns: [EventColumn]
    /// The fields that fill these, in their order.
    let fields: [EnvelopeField]
    /// What is looked up in an envelope.
    let keys: JSONKeys

    init(columns: [EventColumn]) {
        self.columns = columns
        (self.fields, self.keys) = EnvelopeField.fields(of: columns)
    }

    /// The columns that every insert fills.
    static let contractColumns: Set = [
        "event_id", "execution_id", "catalog_id", "parent_event_id", "duration", "created_at", "event_type", "node_id",
        "node_name", "node_type", "status", "error", "stack_trace", "context", "result", "meta", "tenant_id",
        "organization_id",
    ]
}
