import EventLog
import InternalContract

extension InternalAPIError {
    /// Whether the server does not know the route, as others than ours do not know ours.
    var isRouteMissing: Bool {
        self.code == .refused && (self.status == 404 || self.status == 405)
    }

    /// Which messages of a request for `events/project` the server refuses, by their places in it, as far as that is known.
    ///
    /// A message by itself needs no name.
    func refusals(of messages: [APIMessage]) -> [Int: DeadLetterReason] {
        let owners = messages.indices.flatMap { Array(repeating: $0, count: messages[$0].events.count) }
        var refusals: [Int: DeadLetterReason] = [:]
        for part in self.parts {
            guard let event = part.eventIndex, owners.indices.contains(event) else { continue }
            refusals[owners[event]] = refusals[owners[event]] ?? DeadLetterReason(part, at: event)
        }
        if refusals.isEmpty, messages.count == 1 {
            refusals[0] = DeadLetterReason(text: "internal-api refused the event: \(self.message)".storable)
        }
        return refusals
    }
}

extension DeadLetterReason {
    /// What a server says against an event of a request.
    ///
    /// A server of ours begins with the event's place in the request, which nobody knows who reads the dead letter.
    fileprivate init(_ part: RefusedPart, at event: Int) {
        let field = part.location.dropFirst(2).joined(separator: ".")
        var words = Substring(part.message)
        if words.hasPrefix("event \(event) (event_id "), let end = words.firstIndex(of: ")") {
            words = words[words.index(after: end)...]
            self.init(text: "the event\(words)".storable, sqlState: part.sqlState)
        } else {
            let subject = field.isEmpty ? "the event" : field
            self.init(text: "internal-api refused \(subject): \(words)".storable, sqlState: part.sqlState)
        }
    }
}

extension String {
    /// The text without U+0000, which no PostgreSQL text can hold.
    fileprivate var storable: String { self.replacing("\0", with: "\u{FFFD}") }
}
