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
    let members: JSONLookup

    /// The envelope as it came.
    package var json: JSONValue { self.members.object }

    /// What it has for the columns that not every database has.
    let extras: [(column: Int, value: EventColumn.Value)]

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
        let fields = EnvelopeFields(value, for: table)
        guard let eventID = try fields.integer(.eventID) else { throw EventFault(field: "event_id", kind: .missing) }
        self.eventID = eventID
        self.executionID = try fields.integer(.executionID) ?? 0
        self.catalogID = try fields.integer(.catalogID, emptyIsNull: true) ?? 0
        self.parentEventID = try fields.integer(.parentEventID)
        self.duration = try fields.number(.duration)
        let timestamp = try fields.timestamp(.timestamp)
        self.timestamp = if let timestamp { timestamp } else { try fields.timestamp(.createdAt) }
        for field in EnvelopeField.texts { try fields.checkText(field) }
        for field in EnvelopeField.objects { try fields.checkObject(field) }
        // Accepted and not stored.
        try fields.checkObject(.payload)
        try fields.checkTextOrObject(.traceComponent)
        for field in EnvelopeField.names { try fields.checkName(field) }
        self.members = fields.members
        var extras: [(column: Int, value: EventColumn.Value)] = []
        for (index, field) in table.fields.enumerated() where fields.has(field) {
            if let value = try fields.value(of: table.columns[index], field) { extras.append((index, value)) }
        }
        self.extras = extras
    }

}
