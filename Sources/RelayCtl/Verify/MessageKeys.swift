import JetStream
import Postgres
import RawJSON

/// What is compared of some messages, an array per column, to be stored in temporary tables.
struct MessageKeys {
    private(set) var sequences = PostgresArray(of: .integer)
    private(set) var messageIDs = PostgresArray(of: .text)
    private(set) var outboxIDs = PostgresArray(of: .integer)
    private(set) var eventSequences = PostgresArray(of: .integer)
    private(set) var executionIDs = PostgresArray(of: .integer)
    private(set) var eventIDs = PostgresArray(of: .integer)

    /// Reads the messages up to a sequence.
    ///
    /// - Parameters:
    ///   - messages: The messages.
    ///   - last: The last sequence that counts.
    ///   - filters: The subjects that are projected, empty for all.
    init(_ messages: DeliveredMessages, upTo last: UInt64, projecting filters: [String]) {
        for index in 0..<messages.count {
            let sequence = messages.streamSequence(index)
            guard sequence <= last else { continue }
            self.sequences.append(Int64(clamping: sequence))
            self.messageIDs.append(messages.header("Nats-Msg-Id", of: index)?.replacing("\0", with: ""))
            self.outboxIDs.append(messages.header("Noetl-Outbox-Id", of: index).flatMap(Int64.init))
            let subject = messages.subject(index)
            let isProjected = filters.isEmpty || filters.contains { Subject.matches(subject, filter: $0) }
            guard isProjected else { continue }
            let keys = messages.withBody(index) { EventKey.keys(inMessage: $0) }
            // One without a key, so that it is looked for among the dead letters.
            for key in keys.isEmpty ? [nil] : keys.map(Optional.some) { self.append(key, sequence: sequence) }
        }
    }

    private mutating func append(_ key: EventKey?, sequence: UInt64) {
        self.eventSequences.append(Int64(clamping: sequence))
        self.executionIDs.append(key?.executionID)
        self.eventIDs.append(key?.eventID)
    }
}

extension EventKey {
    /// The keys of the events in a message: one envelope, `{"event": …}` or `{"events": [ … ]}`; none where it has none.
    static func keys(inMessage body: UnsafeRawBufferPointer) -> [EventKey] {
        guard let root = try? JSONDocument(copying: body, indexingDepth: 3).root, root.kind == .object else {
            return []
        }
        guard root["event_id"] == nil else { return [EventKey(root)].compactMap { $0 } }
        if let events = root["events"], events.kind == .array { return events.elements.compactMap { EventKey($0) } }
        return [root["event"].flatMap { EventKey($0) }].compactMap { $0 }
    }

    private init?(_ envelope: JSONValue) {
        guard envelope.kind == .object, let event = try? envelope["event_id"]?.lenientInteger() else { return nil }
        let execution = try? envelope["execution_id"]?.lenientInteger()
        self.init(executionID: execution ?? 0, eventID: event)
    }
}
