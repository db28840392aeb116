/// Interleaves several executions into one sequence of transactions with an exact number of events.
struct ExecutionWeaver: Sendable {
    private var ids: SnowflakeSequence
    private let catalogID: Int64
    private var remaining: Int
    private var executions: [Execution] = []

    /// How many executions there were.
    private(set) var executionCount = 0

    /// Prepares a sequence.
    ///
    /// - Parameters:
    ///   - events: How many events it has; the last executions are cut where they end up.
    ///   - width: How many executions go on at a time, at least 1.
    ///   - catalogID: The catalog entry that events name.
    ///   - ids: Where the ids come from.
    init(events: Int, width: Int, catalogID: Int64, ids: SnowflakeSequence) {
        self.ids = ids
        self.catalogID = catalogID
        self.remaining = events
        for _ in 0..<max(1, width) { self.executions.append(self.begin()) }
    }

    /// The events of the next transaction, all of one execution; `nil` at the end.
    mutating func next() -> [GeneratedEvent]? {
        guard self.remaining > 0 else { return nil }
        let place = Int.random(in: self.executions.indices)
        if self.executions[place].isOver { self.executions[place] = self.begin() }
        let events = self.executions[place].nextTransaction(limit: self.remaining, ids: &self.ids)
        self.remaining -= events.count
        return events
    }

    private mutating func begin() -> Execution {
        let playbook = Playbook.all[self.executionCount % Playbook.all.count]
        self.executionCount += 1
        return Execution(of: playbook, catalogID: self.catalogID, ids: &self.ids)
    }
}
