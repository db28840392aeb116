import Postgres
import RawJSON

/// A batch of events as the parameters of one insert: an array per column.
struct EventColumns {
    private var eventIDs: PostgresArray
    private var executionIDs: PostgresArray
    private var catalogIDs: PostgresArray
    private var parentEventIDs: PostgresArray
    private var durations: PostgresArray
    private var timestamps: PostgresArray
    private var texts: [PostgresArray]
    private var objects: [PostgresArray]
    private var tenants: PostgresArray
    private var organizations: PostgresArray
    private var extras: [PostgresArray]
    /// Where the array of each of the table's own columns is in ``extras``.
    private let places: [Int: Int]

    /// - Parameters:
    ///   - envelopes: The events.
    ///   - table: The columns they were read for.
    ///   - used: Which of these to fill.
    init(_ envelopes: some Collection<EventEnvelope>, in table: EventTable, used: [Int]) {
        let integers = PostgresArray(of: .integer, reserving: envelopes.count * 12)
        self.eventIDs = integers
        self.executionIDs = integers
        self.catalogIDs = integers
        self.parentEventIDs = integers
        self.durations = PostgresArray(of: .double, reserving: envelopes.count * 12)
        self.timestamps = PostgresArray(of: .timestamp, reserving: envelopes.count * 12)
        let text = PostgresArray(of: .text, reserving: envelopes.count * 24)
        self.texts = EnvelopeField.texts.map { _ in text }
        self.objects = EnvelopeField.objects.map { _ in text }
        self.tenants = text
        self.organizations = text
        self.extras = used.map { column in
            switch table.columns[column].kind {
            case .integer: PostgresArray(of: .integer)
            case .number: PostgresArray(of: .double)
            case .text, .json: PostgresArray(of: .text)
            case .timestamp, .zonedTimestamp: PostgresArray(of: .timestamp)
            }
        }
        self.places = Dictionary(uniqueKeysWithValues: used.enumerated().map { ($1, $0) })
        for envelope in envelopes { self.append(envelope) }
    }

    /// The parameters, in the order of ``EventRepository``'s statement.
    var parameters: [PostgresParameter] {
        ([
            self.eventIDs, self.executionIDs, self.catalogIDs, self.parentEventIDs, self.durations, self.timestamps,
        ] + self.texts + self.objects + [self.tenants, self.organizations] + self.extras).map { .array($0) }
    }

    private mutating func append(_ envelope: EventEnvelope) {
        self.eventIDs.append(envelope.eventID)
        self.executionIDs.append(envelope.executionID)
        self.catalogIDs.append(envelope.catalogID)
        if let parent = envelope.parentEventID {
            self.parentEventIDs.append(parent)
        } else {
            self.parentEventIDs.appendNull()
        }
        if let duration = envelope.duration { self.durations.append(duration) } else { self.durations.appendNull() }
        if let timestamp = envelope.timestamp {
            self.timestamps.append(timestamp.microseconds)
        } else {
            self.timestamps.appendNull()
        }
        for (index, value) in envelope.texts.enumerated() { Self.appendText(value, to: &self.texts[index]) }
        for (index, value) in envelope.objects.enumerated() { Self.appendRaw(value, to: &self.objects[index]) }
        Self.appendText(envelope.tenant, to: &self.tenants)
        Self.appendText(envelope.organization, to: &self.organizations)
        self.appendExtras(of: envelope)
    }

    private mutating func appendExtras(of envelope: EventEnvelope) {
        guard !self.extras.isEmpty else { return }
        for (column, value) in envelope.extras {
            guard let place = self.places[column] else { continue }
            switch value {
            case .integer(let integer): self.extras[place].append(integer)
            case .number(let number): self.extras[place].append(number)
            case .timestamp(let timestamp): self.extras[place].append(timestamp.microseconds)
            case .text(let text): Self.appendText(text, to: &self.extras[place])
            case .json(let json): Self.appendRaw(json, to: &self.extras[place])
            }
        }
        let count = self.eventIDs.count
        for place in self.extras.indices where self.extras[place].count < count { self.extras[place].appendNull() }
    }

    /// Appends the text that a JSON string stands for, or a number as it is written.
    private static func appendText(_ value: JSONValue?, to array: inout PostgresArray) {
        guard let value, value.kind == .string else { return self.appendRaw(value, to: &array) }
        _ = value.withUTF8 { array.append(utf8: $0) }
    }

    /// Appends JSON as it was written.
    private static func appendRaw(_ value: JSONValue?, to array: inout PostgresArray) {
        guard let value else { return array.appendNull() }
        value.withBytes { array.append(utf8: $0) }
    }
}
