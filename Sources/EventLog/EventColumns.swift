import Postgres
import RawJSON

/// A batch of events as the parameters of one insert: an array per column.
///
/// Events are written here while they are read and nothing else of them is kept: a thousand messages that are kept until
/// all are read cost 2.5 KB each.
struct EventColumns {
    /// After so many events the arrays get room for all that are expected.
    ///
    /// One that grows is moved, and is twice as large in the end.
    private static let sampleSize = 32

    private let table: EventTable
    private let expected: Int
    private var eventIDs = PostgresArray(of: .integer)
    private var executionIDs = PostgresArray(of: .integer)
    private var catalogIDs = PostgresArray(of: .integer)
    private var parentEventIDs = PostgresArray(of: .integer)
    private var durations = PostgresArray(of: .double)
    private var timestamps = PostgresArray(of: .timestamp)
    private var texts = EnvelopeField.texts.map { _ in PostgresArray(of: .text) }
    private var objects = EnvelopeField.objects.map { _ in PostgresArray(of: .text) }
    private var tenants = PostgresArray(of: .text)
    private var organizations = PostgresArray(of: .text)
    /// The array of each of the table's own columns, `nil` where it is not filled.
    private var extras: [PostgresArray?]

    /// Whether an event refers to the catalog's entry 0, which stands for none.
    private(set) var hasEmptyCatalogID = false
    /// When the first of the events happened, where any says so.
    private(set) var oldest: Timestamp?

    /// No events yet.
    ///
    /// - Parameters:
    ///   - table: The columns that events are read for.
    ///   - used: Which of these to fill in any case; others are once an event has something for them.
    ///   - expected: How many events there will be, about.
    init(for table: EventTable, using used: [Int] = [], expecting expected: Int) {
        self.table = table
        self.expected = expected
        self.extras = Array(repeating: nil, count: table.columns.count)
        for column in used { self.extras[column] = self.makeExtra(column) }
    }

    /// Events, each of which was read for a table.
    init(_ envelopes: some Collection<EventEnvelope>, for table: EventTable, using used: [Int] = []) {
        self.init(for: table, using: used, expecting: envelopes.count)
        for envelope in envelopes { self.append(envelope) }
    }

    /// How many events there are.
    var count: Int { self.eventIDs.count }

    /// Whether there are none.
    var isEmpty: Bool { self.count == 0 }

    /// Which of the table's own columns are filled, in their order.
    var used: [Int] { self.extras.indices.filter { self.extras[$0] != nil } }

    /// These columns.
    var extraColumns: [EventColumn] { self.used.map { self.table.columns[$0] } }

    /// The parameters, in the order of ``EventInsert``'s statement.
    var parameters: [PostgresParameter] {
        let extras = self.extras.compactMap { extra in
            extra.map { array in
                var array = array
                array.appendNulls(upTo: self.count)
                return array
            }
        }
        let all =
            [
                self.eventIDs, self.executionIDs, self.catalogIDs, self.parentEventIDs, self.durations, self.timestamps,
            ] + self.texts + self.objects + [self.tenants, self.organizations] + extras
        return all.map { .array($0) }
    }

    /// Appends an event, which was read for the table.
    mutating func append(_ envelope: EventEnvelope) {
        self.eventIDs.append(envelope.eventID)
        self.executionIDs.append(envelope.executionID)
        self.catalogIDs.append(envelope.catalogID)
        self.parentEventIDs.append(envelope.parentEventID)
        self.durations.append(envelope.duration)
        self.timestamps.append(envelope.timestamp?.microseconds)
        for (index, field) in EnvelopeField.texts.enumerated() {
            Self.appendText(field, of: envelope, to: &self.texts[index])
        }
        for (index, field) in EnvelopeField.objects.enumerated() {
            Self.appendRaw(field, of: envelope, to: &self.objects[index])
        }
        Self.appendName(.tenantID, of: envelope, to: &self.tenants)
        Self.appendName(.organizationID, of: envelope, to: &self.organizations)
        for (column, value) in envelope.extras { self.appendExtra(value, column) }
        self.note(envelope)
        if self.count == Self.sampleSize { self.reserve() }
    }

    private mutating func note(_ envelope: EventEnvelope) {
        if envelope.catalogID == 0 { self.hasEmptyCatalogID = true }
        guard let timestamp = envelope.timestamp else { return }
        self.oldest = self.oldest.map { min($0, timestamp) } ?? timestamp
    }

    private mutating func reserve() {
        self.eventIDs.reserve(self.expected)
        self.executionIDs.reserve(self.expected)
        self.catalogIDs.reserve(self.expected)
        self.parentEventIDs.reserve(self.expected)
        self.durations.reserve(self.expected)
        self.timestamps.reserve(self.expected)
        for index in self.texts.indices { self.texts[index].reserve(self.expected) }
        for index in self.objects.indices { self.objects[index].reserve(self.expected) }
        self.tenants.reserve(self.expected)
        self.organizations.reserve(self.expected)
    }

    private func makeExtra(_ column: Int) -> PostgresArray {
        switch self.table.columns[column].kind {
        case .integer: PostgresArray(of: .integer)
        case .number: PostgresArray(of: .double)
        case .text, .json: PostgresArray(of: .text)
        case .timestamp, .zonedTimestamp: PostgresArray(of: .timestamp)
        }
    }

    /// Appends what the last event has for one of the table's own columns, after NULL for each event before it that has
    /// nothing for it.
    private mutating func appendExtra(_ value: EventColumn.Value, _ column: Int) {
        var array = self.extras[column] ?? self.makeExtra(column)
        // One owner: it grows in its place.
        self.extras[column] = nil
        array.appendNulls(upTo: self.count - 1)
        switch value {
        case .integer(let integer): array.append(integer)
        case .number(let number): array.append(number)
        case .timestamp(let timestamp): array.append(timestamp.microseconds)
        case .text(let text): Self.append(text, to: &array)
        case .json(let json): json.withBytes { array.append(utf8: $0) }
        }
        self.extras[column] = array
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
