package import RawJSON

/// The envelopes in the body of one message.
///
/// Three shapes are understood: an envelope, `{"event": envelope}` and `{"events": [envelope, …]}`.
package struct EventMessage: Sendable {
    /// The envelopes, in order.
    package let envelopes: [EventEnvelope]

    /// How deep a body must be indexed: `{"events": [{"event_id": …}]}` has the fields at depth 3.
    package static let indexingDepth = 3

    /// Reads a body.
    ///
    /// - Throws: ``EventFault`` for the first envelope that cannot be stored.
    package init(_ document: JSONDocument) throws(EventFault) {
        let root = document.root
        guard root.kind == .object else { throw EventFault(field: "", kind: .notAnObject) }
        if let events = root["events"], root["event_id"] == nil {
            guard events.kind == .array, events.count > 0 else { throw EventFault(field: "events", kind: .missing) }
            var envelopes: [EventEnvelope] = []
            envelopes.reserveCapacity(events.count)
            for event in events.elements { envelopes.append(try EventEnvelope(event)) }
            self.envelopes = envelopes
        } else if let event = root["event"], root["event_id"] == nil {
            self.envelopes = [try EventEnvelope(event)]
        } else {
            self.envelopes = [try EventEnvelope(root)]
        }
    }
}
