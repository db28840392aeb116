package import RawJSON

/// An event as it travels: what `noetl.event` has a column for, checked and ready to insert.
///
/// Texts and objects stay views into the JSON they came in and are copied once, into the insert's parameters.
package struct EventEnvelope: Sendable {
    /// The event's id, unique within its execution.
    package let eventID: Int64
    /// The execution it belongs to, 0 where to none.
    package let executionID: Int64
    /// The catalog entry that is executed, 0 where none is.
    package let catalogID: Int64
    /// The event that led to it.
    package let parentEventID: Int64?
    /// Seconds that the work took.
    package let duration: Double?
    /// When it happened, `nil` for now.
    package let timestamp: Timestamp?
    /// The string fields, in the order of ``textFields``; `nil` where absent or null.
    let texts: [JSONValue?]
    /// The object fields, in the order of ``objectFields``; `nil` where absent or null.
    let objects: [JSONValue?]
    /// The tenant, `nil` for the default one.
    let tenant: JSONValue?
    /// The organization, `nil` for the default one.
    let organization: JSONValue?

    /// What it has for the columns that not every database has.
    let extras: [(column: Int, value: EventColumn.Value)]

    /// The fields whose value is a string.
    static let textFields = ["event_type", "node_id", "node_name", "node_type", "status", "error", "stack_trace"]
    /// The fields whose value is an object.
    static let objectFields = ["context", "result", "meta"]

    /// How deep a document must be indexed for its root to be read as an envelope.
    package static let indexingDepth = 1

    /// Reads an envelope.
    ///
    /// Fields it does not know are ignored.
    ///
    /// - Parameters:
    ///   - value: The envelope, a node whose members are indexed.
    ///   - table: The columns to read it for.
    /// - Throws: ``EventFault`` naming the first field that cannot be stored.
    package init(_ value: JSONValue, for table: EventTable = .contract) throws(EventFault) {
        guard value.kind == .object else { throw EventFault(field: "", kind: .notAnObject) }
        let fields = EnvelopeFields(value)
        guard let eventID = try fields.integer("event_id") else { throw EventFault(field: "event_id", kind: .missing) }
        self.eventID = eventID
        self.executionID = try fields.integer("execution_id") ?? 0
        self.catalogID = try fields.integer("catalog_id", emptyIsNull: true) ?? 0
        self.parentEventID = try fields.integer("parent_event_id")
        self.duration = try fields.number("duration")
        let timestamp = try fields.timestamp("timestamp")
        self.timestamp = if let timestamp { timestamp } else { try fields.timestamp("created_at") }
        var texts: [JSONValue?] = []
        texts.reserveCapacity(Self.textFields.count)
        for field in Self.textFields { texts.append(try fields.text(field)) }
        self.texts = texts
        var objects: [JSONValue?] = []
        objects.reserveCapacity(Self.objectFields.count)
        for field in Self.objectFields { objects.append(try fields.object(field)) }
        self.objects = objects
        // Accepted and not stored.
        _ = try fields.object("payload")
        _ = try fields.textOrObject("trace_component")
        self.tenant = try fields.name("tenant_id")
        self.organization = try fields.name("organization_id")
        var extras: [(column: Int, value: EventColumn.Value)] = []
        for (index, column) in table.columns.enumerated() {
            if let value = try fields.value(of: column) { extras.append((index, value)) }
        }
        self.extras = extras
    }
}
