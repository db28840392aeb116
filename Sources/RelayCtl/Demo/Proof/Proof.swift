/// Whether the relay kept its promises, judged by the evidence.
struct Proof: Sendable {
    /// One promise.
    struct Check: Hashable, Sendable {
        /// What holds if there are no faults, as a phrase.
        let claim: String
        /// A sentence for each thing that does not hold.
        let faults: [String]
    }

    /// The promises, in the order of the events' way.
    let checks: [Check]

    /// Whether all hold.
    var holds: Bool { self.faults.isEmpty }

    /// What does not hold.
    var faults: [String] { self.checks.flatMap(\.faults) }

    /// Judges the evidence of a run that was to commit so many events.
    init(_ evidence: Evidence, events: Int) {
        var checks = [
            Self.count(evidence.committed, events: events),
            Self.stream(evidence),
            Self.order(evidence),
            Self.sameKeys(evidence.committed, evidence.events, place: "noetl.event"),
            Self.deadLetters(evidence.deadLetters),
            Self.owed(evidence),
        ]
        if let faults = evidence.stopFaults {
            checks.append(Check(claim: "each service ended with status 0 within 10 s of SIGTERM", faults: faults))
        }
        self.checks = checks
    }
}

// MARK: - Checks

extension Proof {
    private static func count(_ committed: [EventKey], events: Int) -> Check {
        let executions = Set(committed.map(\.executionID)).count
        return Check(
            claim: "\(events.grouped) events of \(executions.grouped) executions committed",
            faults: committed.count == events
                ? [] : ["\(self.number(committed.count, "event")) committed instead of \(events.grouped)."]
        )
    }

    private static func stream(_ evidence: Evidence) -> Check {
        var check = self.sameKeys(evidence.committed, evidence.stream, place: "the stream")
        if evidence.unreadableMessages > 0 {
            let fault = "\(self.number(evidence.unreadableMessages, "message")) in the stream without an event."
            check = Check(claim: check.claim, faults: check.faults + [fault])
        }
        return check
    }

    /// Compares the ids that are somewhere with those that were committed.
    private static func sameKeys(_ committed: [EventKey], _ found: [EventKey], place: String) -> Check {
        let expected = Set(committed)
        var counts: [EventKey: Int] = [:]
        for key in found { counts[key, default: 0] += 1 }
        let missing = committed.filter { counts[$0] == nil }
        let extra = counts.keys.filter { !expected.contains($0) }
        let doubled = counts.filter { $0.value > 1 }.keys
        return Check(
            claim: "all of them in \(place), each once",
            faults: [
                self.fault(missing, "not in \(place)"),
                self.fault(extra, "in \(place) without having been committed"),
                self.fault(doubled, "in \(place) more than once"),
            ]
            .compactMap { $0 }
        )
    }

    /// Compares the order of each execution in the stream with that of its commits.
    ///
    /// Only what is in both counts, and of what is there twice the first, so that a missing event is no disorder.
    private static func order(_ evidence: Evidence) -> Check {
        var places: [EventKey: Int] = [:]
        for (place, key) in evidence.committed.enumerated() { places[key] = place }
        var latest: [Int64: Int] = [:]
        var seen: Set<EventKey> = []
        var disordered: [EventKey] = []
        for key in evidence.stream where seen.insert(key).inserted {
            guard let place = places[key] else { continue }
            let last = latest[key.executionID] ?? -1
            if place < last { disordered.append(key) }
            latest[key.executionID] = max(place, last)
        }
        return Check(
            claim: "the order of each execution kept in the stream",
            faults: [self.fault(disordered, "in the stream after a later one of their execution")].compactMap { $0 }
        )
    }

    private static func deadLetters(_ letters: [Evidence.DeadLetter]) -> Check {
        let faults = letters.first.map { first in
            "\(self.number(letters.count, "message")) in noetl.event_dead_letter, such as that of sequence "
                + "\(first.sequence): \(first.reason)."
        }
        return Check(claim: "no dead letters", faults: [faults].compactMap { $0 })
    }

    private static func owed(_ evidence: Evidence) -> Check {
        var faults: [String] = []
        for (status, rows) in Dictionary(grouping: evidence.owed, by: \.status).sorted(by: { $0.key < $1.key }) {
            let error = rows.compactMap(\.lastError).first.map { "; the first error is: \($0)" } ?? ""
            let examples = self.examples(rows.map(\.key))
            faults.append("\(self.number(rows.count, "row")) of noetl.outbox \(status)\(examples)\(error).")
        }
        if let pending = evidence.pendingCount, pending != 0 {
            faults.append("internal-api counts \(self.number(Int(pending), "pending row")).")
        }
        return Check(claim: "nothing unpublished or in flight in noetl.outbox", faults: faults)
    }

    private static func fault(_ keys: some Collection<EventKey>, _ what: String) -> String? {
        guard !keys.isEmpty else { return nil }
        return "\(self.number(keys.count, "event")) \(keys.count == 1 ? "is" : "are") \(what)\(self.examples(keys))."
    }

    /// A count with its noun.
    private static func number(_ count: Int, _ noun: String) -> String {
        "\(count.grouped) \(noun)\(count == 1 ? "" : "s")"
    }

    /// The lowest few ids, as `execution-event`.
    private static func examples(_ keys: some Collection<EventKey>) -> String {
        let lowest = keys.sorted { ($0.executionID, $0.eventID) < ($1.executionID, $1.eventID) }.prefix(3)
        let ids = lowest.map { "\($0.executionID)-\($0.eventID)" }.joined(separator: ", ")
        return keys.count > 3 ? " (\(ids), …)" : " (\(ids))"
    }
}
