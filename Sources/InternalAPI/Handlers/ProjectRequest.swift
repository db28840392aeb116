import EventLog
import InternalContract
import RawJSON

/// The body of `POST events/project`.
struct ProjectRequest: ContractRequest {
    /// The events, at least one.
    let envelopes: [EventEnvelope]

    /// The body, the list, an envelope: its members are two below the body's.
    static let indexingDepth = 2 + EventEnvelope.indexingDepth

    init(_ body: JSONValue) throws(RefusedBody) {
        guard let events = body["events"] else {
            throw .invalid([ValidationFault(.missing, at: [.field("events")], "Field required", input: body)])
        }
        guard events.kind == .array else {
            let message = "Input should be a valid list"
            throw .invalid([ValidationFault(.notAList, at: [.field("events")], message, input: events)])
        }
        guard events.count > 0 else {
            let message = "List should have at least 1 item after validation, not 0"
            throw .invalid([ValidationFault(.tooShort, at: [.field("events")], message, input: events)])
        }
        var envelopes: [EventEnvelope] = []
        var faults: [ValidationFault] = []
        envelopes.reserveCapacity(events.count)
        for (index, event) in events.elements.enumerated() {
            guard faults.count < RefusedBody.maximumFaults else { break }
            do {
                envelopes.append(try EventEnvelope(event))
            } catch {
                faults.append(ValidationFault(error, in: event, at: index))
            }
        }
        guard faults.isEmpty else { throw .invalid(faults) }
        self.envelopes = envelopes
    }
}
