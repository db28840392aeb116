import EventLog
import InternalContract
import Postgres
import RawJSON

extension ValidationFault {
    /// The fault of an envelope that cannot be stored.
    init(_ fault: EventFault, in event: JSONValue, at index: Int) {
        let place: [Step] = [.field("events"), .index(index)]
        let eventID = (try? event["event_id"]?.lenientInteger()).map { " (event_id \($0))" } ?? ""
        self.init(
            Kind(fault.kind, isEnvelope: fault.field.isEmpty),
            at: fault.field.isEmpty ? place : place + [.field(fault.field)],
            "event \(index)\(eventID): \(fault.reason)",
            input: event[fault.field] ?? event
        )
    }

    /// The fault of an event that the database refuses to store.
    init(_ refused: RefusedEvent) {
        self.init(
            .unusable,
            at: [.field("events"), .index(refused.index)],
            refused.reason,
            input: nil,
            sqlState: refused.error.sqlState
        )
    }
}

extension ValidationFault.Kind {
    fileprivate init(_ kind: EventFault.Kind, isEnvelope: Bool) {
        self =
            switch kind {
            case .missing: .missing
            case .notAnObject: isEnvelope ? .notAnObject : .notADictionary
            case .notAString: .notAString
            case .notAnInteger: .notAnInteger
            case .fractional: .fractional
            case .unparsableInteger: .unparsableInteger
            case .integerOutOfRange: .integerTooLarge
            case .notANumber: .notANumber
            case .notATimestamp: .notATime
            case .containsNUL: .unusable
            case .containsUnpairedSurrogate: .notUnicode
            }
    }
}
