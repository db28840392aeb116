/// `noetl.event` as the contract has it.
struct EventModel {
    /// The table's key.
    struct Key: Hashable {
        var execution: Int64
        var event: Int64
    }

    /// A row, as far as the test reads it.
    struct Row {
        var catalog: Int64
        var parent: Int64?
        var texts: [String?]
        var duration: Double?
        /// JSON as it was sent.
        var objects: [String?]
        var tenant: String
        var organization: String
        /// Microseconds since 1970, `nil` for the time of the request.
        var createdAt: Int64?
    }

    /// Whether the key is the event alone, as in older databases.
    let keyIsEvent: Bool
    /// The catalog's entries, where events refer to them; 0 is made when it is needed.
    let catalog: Set<Int64>?
    private(set) var rows: [Key: Row] = [:]

    init(keyIsEvent: Bool = false, catalog: Set<Int64>? = nil) {
        self.keyIsEvent = keyIsEvent
        self.catalog = catalog.map { $0.union([0]) }
    }

    /// Stores what is not there yet and returns how much that was.
    mutating func insert(_ events: [(Key, Row)]) -> Int {
        var inserted = 0
        for (key, row) in events {
            guard !self.has(key) else { continue }
            self.rows[key] = row
            inserted += 1
        }
        return inserted
    }

    private func has(_ key: Key) -> Bool {
        self.keyIsEvent ? self.rows.keys.contains { $0.event == key.event } : self.rows[key] != nil
    }

    /// The places in a batch of events that would be stored and refer to a catalog entry that is not there.
    func strangers(in events: [(Key, Row)]) -> [Int] {
        guard let catalog = self.catalog else { return [] }
        var model = self
        return events.enumerated().compactMap { index, event in
            model.insert([event]) == 1 && !catalog.contains(event.1.catalog) ? index : nil
        }
    }

    static let textFields = ["event_type", "node_id", "node_name", "node_type", "status", "error", "stack_trace"]
    static let objectFields = ["context", "result", "meta"]

    /// What an envelope becomes, or the field because of which it is refused, empty for the envelope itself.
    func row(of envelope: Tree, _ random: inout SeededGenerator) -> Result<(Key, Row), Refused> {
        guard envelope.isObject else { return .failure(Refused(field: "")) }
        var refused: [String] = []
        func value(_ field: String) -> Tree? {
            envelope.member(field).flatMap { $0.isNull ? nil : $0 }
        }
        func integer(_ field: String) -> Int64? {
            guard let value = value(field) else { return nil }
            if value.integer == nil { refused.append(field) }
            return value.integer
        }
        func name(_ field: String) -> String {
            switch value(field) {
            case nil: return "default"
            case .number(let text)?: return text
            case let text?:
                guard let string = text.string, !text.isUnstorable else {
                    refused.append(field)
                    return ""
                }
                return string.isEmpty ? "default" : string
            }
        }
        if value("event_id") == nil { refused.append("event_id") }
        let event = integer("event_id") ?? 0
        let execution = integer("execution_id") ?? 0
        let catalog = value("catalog_id")?.string == "" ? 0 : integer("catalog_id") ?? 0
        let parent = integer("parent_event_id")
        var texts: [String?] = []
        for field in Self.textFields {
            let text = value(field)
            if let text, text.string == nil || text.isUnstorable { refused.append(field) }
            texts.append(text?.string)
        }
        var objects: [String?] = []
        for field in Self.objectFields + ["payload"] {
            let object = value(field)
            if let object, !object.isObject || object.isUnstorable { refused.append(field) }
            objects.append(object?.json(&random))
        }
        if let trace = value("trace_component"), !trace.isObject && trace.string == nil || trace.isUnstorable {
            refused.append("trace_component")
        }
        let duration = value("duration")
        if let duration, duration.finiteNumber == nil { refused.append("duration") }
        var times: [Int64?] = []
        for field in ["timestamp", "created_at"] {
            let text = value(field)
            let time = text?.string.flatMap(TimeText.microseconds)
            if let text, text.string != "", time == nil { refused.append(field) }
            times.append(time)
        }
        // Where there is a timestamp, created_at is not looked at.
        if times[0] != nil { refused.removeAll { $0 == "created_at" } }
        let row = Row(
            catalog: catalog,
            parent: parent,
            texts: texts,
            duration: duration?.finiteNumber,
            objects: Array(objects.prefix(3)),
            tenant: name("tenant_id"),
            organization: name("organization_id"),
            createdAt: times[0] ?? times[1]
        )
        if !refused.isEmpty { return .failure(Refused(field: refused.joined(separator: ","))) }
        guard Self.hasShape(value("result")) else { return .failure(Refused(field: "")) }
        return .success((Key(execution: execution, event: event), row))
    }

    /// Why an envelope is refused.
    struct Refused: Error {
        /// The fields, separated by commas; empty for the envelope as a whole.
        let field: String
    }

    /// null, or an object with a string `status` and besides only the objects `reference` and `context`.
    private static func hasShape(_ result: Tree?) -> Bool {
        guard case .object(let members)? = result else { return true }
        return result?.member("status")?.string != nil
            && members.allSatisfy { ["status", "reference", "context"].contains($0.key) }
            && ["reference", "context"].allSatisfy { result?.member($0)?.isObject ?? true }
    }
}
