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
        self.texts = EnvelopeField.texts.map { Self.makeTexts(for: $0, of: envelopes) }
        self.objects = EnvelopeField.objects.map { Self.makeTexts(for: $0, of: envelopes) }
        self.tenants = Self.makeTexts(for: .tenantID, of: envelopes)
        self.organizations = Self.makeTexts(for: .organizationID, of: envelopes)
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
        for (index, field) in EnvelopeField.texts.enumerated() {
            Self.appendText(field, of: envelope, to: &self.texts[index])
        }
        for (index, field) in EnvelopeField.objects.enumerated() {
            Self.appendRaw(field, of: envelope, to: &self.objects[index])
        }
        Self.appendName(.tenantID, of: envelope, to: &self.tenants)
        Self.appendName(.organizationID, of: envelope, to: &self.organizations)
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
            case .text(let text): Self.append(text, to: &self.extras[place])
            case .json(let json): json.withBytes { self.extras[place].append(utf8: $0) }
            }
        }
        let count = self.eventIDs.count
        for place in self.extras.indices where self.extras[place].count < count { self.extras[place].appendNull() }
    }

    /// An empty array with room for what events have for a field, judged by the first of them and a tenth more.
    ///
    /// One that grows is moved, and is twice as large in the end. All events are not asked: what they hold is read once, as
    /// it is copied, since it is more than a processor's cache holds.
    private static func makeTexts(
        for field: EnvelopeField,
        of envelopes: some Collection<EventEnvelope>
    ) -> PostgresArray {
        let first = envelopes.prefix(32)
        let bytes = first.reduce(0) { $0 + 4 + $1.members.byteCount(field.place) }
        return PostgresArray(of: .text, reserving: bytes * envelopes.count * 11 / 10 / max(1, first.count))
    }

    /// Appends the text that a string stands for, or other JSON as it was written.
    private static func append(_ value: JSONValue, to array: inout PostgresArray) {
        let isString: Void? = value.withUTF8 { array.append(utf8: $0) }
        if isString == nil { value.withBytes { array.append(utf8: $0) } }
    }

    /// Appends the text that a field's string stands for.
    private static func appendText(
        _ field: EnvelopeField,
        of envelope: EventEnvelope,
        to array: inout PostgresArray
    ) {
        if !envelope.members.withUTF8(field.place, { array.append(utf8: $0) }) { array.appendNull() }
    }

    /// Appends the text of a field that names a tenant or an organization, a string or a number; an empty one is none.
    private static func appendName(
        _ field: EnvelopeField,
        of envelope: EventEnvelope,
        to array: inout PostgresArray
    ) {
        guard envelope.members.kind(field.place) != .number else {
            return self.appendRaw(field, of: envelope, to: &array)
        }
        var isEmpty = true
        envelope.members.withUTF8(field.place) { text in
            isEmpty = text.isEmpty
            if !isEmpty { array.append(utf8: text) }
        }
        if isEmpty { array.appendNull() }
    }

    /// Appends a field's JSON as it was written.
    private static func appendRaw(_ field: EnvelopeField, of envelope: EventEnvelope, to array: inout PostgresArray) {
        guard envelope.members.has(field.place) else { return array.appendNull() }
        envelope.members.withBytes(field.place) { array.append(utf8: $0) }
    }
}
