package import RawJSON

/// The envelopes in the body of one message.
///
/// Three shapes are understood: an envelope, `{"event": envelope}` and `{"events": [envelope, …]}`.
package struct EventMessage: Sendable {
    /// The envelopes, in order.
    package let envelopes: [EventEnvelope]

    /// How deep a body must be indexed at least.
    ///
    /// What lies deeper is indexed for the bodies that need it; an envelope's context and result are stored as they came.
    package static let indexingDepth = EventEnvelope.indexingDepth

    /// `{"events": [{"event_id": …}]}` has the fields at depth 3.
    private static let listDepth = 2 + EventEnvelope.indexingDepth

    /// Reads a body.
    ///
    /// - Parameters:
    ///   - document: The body, indexed down to ``indexingDepth``.
    ///   - table: The columns to read the envelopes for.
    /// - Throws: ``EventFault`` for the first envelope that cannot be stored.
    package init(_ document: JSONDocument, for table: EventTable = .contract) throws(EventFault) {
        var root = document.root
        guard root.kind == .object else { throw EventFault(field: "", kind: .notAnObject) }
        // An envelope may have fields of these names itself.
        let isEnvelope = Self.present("event_id", in: root) != nil
        if !isEnvelope, Self.present("events", in: root) ?? Self.present("event", in: root) != nil {
            root = document.indexed(to: Self.listDepth).root
        }
        if !isEnvelope, let events = Self.present("events", in: root) {
            guard events.kind == .array, events.count > 0 else { throw EventFault(field: "events", kind: .missing) }
            var envelopes: [EventEnvelope] = []
            envelopes.reserveCapacity(events.count)
            for (index, event) in events.elements.enumerated() {
                do {
                    envelopes.append(try EventEnvelope(event, for: table))
                } catch {
                    throw error.within("events[\(index)]")
                }
            }
            self.envelopes = envelopes
        } else if !isEnvelope, let event = Self.present("event", in: root) {
            do {
                self.envelopes = [try EventEnvelope(event, for: table)]
            } catch {
                throw error.within("event")
            }
        } else {
            self.envelopes = [try EventEnvelope(root, for: table)]
        }
    }

    /// A member that is there and not null.
    private static func present(_ field: String, in object: JSONValue) -> JSONValue? {
        object[field].flatMap { $0.isNull ? nil : $0 }
    }
}
