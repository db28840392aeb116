import RawJSON

/// One run of a playbook, told event by event.
struct Execution: Sendable {
    private let id: Int64
    private let catalogID: Int64
    private let playbook: Playbook
    private let traceID: String
    private var transactions: ArraySlice<[Moment]>
    private var parentEventID: Int64?
    private var enteredAt: ContinuousClock.Instant

    /// Begins an execution.
    ///
    /// - Parameters:
    ///   - playbook: What it runs.
    ///   - catalogID: The catalog entry its events name.
    ///   - ids: Where its id comes from.
    init(of playbook: Playbook, catalogID: Int64, ids: inout SnowflakeSequence) {
        self.id = ids.next()
        self.catalogID = catalogID
        self.playbook = playbook
        self.traceID = .randomHex(digits: 32)
        self.transactions = Moment.transactions(steps: playbook.steps.count)[...]
        self.enteredAt = .now
    }

    /// Whether it has nothing more to tell.
    var isOver: Bool { self.transactions.isEmpty }

    /// Tells the next transaction.
    ///
    /// - Parameters:
    ///   - limit: The most events to tell; what goes beyond is never told.
    ///   - ids: Where the events' ids come from.
    /// - Returns: Its events in order; none once the execution is over.
    mutating func nextTransaction(limit: Int, ids: inout SnowflakeSequence) -> [GeneratedEvent] {
        guard let moments = self.transactions.popFirst() else { return [] }
        return moments.prefix(limit).map { self.event(at: $0, ids: &ids) }
    }

    private mutating func event(at moment: Moment, ids: inout SnowflakeSequence) -> GeneratedEvent {
        let eventID = ids.next()
        if case .stepEntered = moment { self.enteredAt = .now }
        var json = JSONWriter(reservingCapacity: 1024)
        json.object { json in
            self.writeIdentity(eventID, moment, to: &json)
            json.key("context")
            json.object { self.writeContext(moment, to: &$0) }
            if moment.status == "COMPLETED" {
                json.key("duration")
                json.raw("\(self.secondsSinceEntered)".utf8)
                json.key("result")
                json.object { self.writeResult(moment, to: &$0) }
            }
            json.key("meta")
            json.object { self.writeMeta(to: &$0) }
        }
        self.parentEventID = eventID
        return GeneratedEvent(key: EventKey(executionID: self.id, eventID: eventID), envelope: json.bytes)
    }

    private var secondsSinceEntered: Double {
        (.now - self.enteredAt) / .seconds(1)
    }
}

// MARK: - Parts of the envelope

extension Execution {
    private func writeIdentity(_ eventID: Int64, _ moment: Moment, to json: inout JSONWriter) {
        let step = moment.step.map { self.playbook.steps[$0] }
        json.key("event_id")
        json.integer(eventID)
        json.key("execution_id")
        json.integer(self.id)
        json.key("catalog_id")
        json.integer(self.catalogID)
        json.key("parent_event_id")
        json.integer(self.parentEventID)
        json.write([
            "event_type": moment.eventType,
            "node_id": step?.name ?? "playbook",
            "node_name": step?.name ?? self.playbook.path,
            "node_type": step?.tool ?? "playbook",
            "status": moment.status,
            "tenant_id": "default",
            "organization_id": "default",
            "timestamp": WallClock.timestamp,
        ])
    }

    private func writeContext(_ moment: Moment, to json: inout JSONWriter) {
        json.write(["path": self.playbook.path])
        guard let step = moment.step.map({ self.playbook.steps[$0] }) else {
            json.key("workload")
            json.object { $0.write(self.playbook.workload) }
            return
        }
        json.write(["step": step.name])
        json.key("tool")
        json.object { json in
            json.write(["kind": step.tool])
            json.write(step.input)
        }
    }

    /// `noetl.event` takes a string `status` and the objects `reference` and `context`, and nothing else.
    private func writeResult(_ moment: Moment, to json: inout JSONWriter) {
        json.write(["status": "ok"])
        guard let step = moment.step.map({ self.playbook.steps[$0] }) else { return }
        json.key("context")
        json.object { $0.write(step.output) }
    }

    private func writeMeta(to json: inout JSONWriter) {
        json.write([
            "source": "relayctl demo",
            "worker": "worker-cpu-01",
            "pool": "default",
            "traceparent": "00-\(self.traceID)-\(String.randomHex(digits: 16))-01",
        ])
    }
}

extension JSONWriter {
    /// Writes members whose values are strings.
    fileprivate mutating func write(_ members: KeyValuePairs<String, String>) {
        for (key, value) in members {
            self.key(key)
            self.string(value)
        }
    }
}
