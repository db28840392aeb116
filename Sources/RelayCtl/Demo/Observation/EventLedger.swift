import Synchronization

/// What is known of each event: when it was committed, seen by a subscriber, and seen in `noetl.event`.
///
/// Written by several tasks, behind a lock.
final class EventLedger: Sendable {
    /// The instants of one event.
    struct Entry: Hashable, Sendable {
        /// Which event it is.
        let key: EventKey
        /// Just before its COMMIT was sent.
        let commitSentAt: ContinuousClock.Instant
        /// Just after its COMMIT returned.
        let committedAt: ContinuousClock.Instant
        /// When a subscriber had it.
        var receivedAt: ContinuousClock.Instant?
        /// When it was seen in `noetl.event`.
        var projectedAt: ContinuousClock.Instant?
    }

    private struct State {
        var executions: Set<Int64> = []
        var entries: [Entry] = []
        var places: [EventKey: Int] = [:]
        /// A subscriber can have an event before the writer has heard that it is committed.
        var early: [EventKey: ContinuousClock.Instant] = [:]
        var received = 0
        var projected = 0
        /// Everything before these places was received, or projected.
        var receivedUpTo = 0
        var projectedUpTo = 0
    }

    private let state = Mutex(State())

    /// All events in the order in which their writers heard that they are committed.
    var entries: [Entry] { self.state.withLock { $0.entries } }

    /// All executions of which an event may have been committed.
    var executions: Set<Int64> { self.state.withLock { $0.executions } }

    /// Takes note that a transaction of an execution is about to be sent: it may take place unheard of.
    func begin(_ executionID: Int64?) {
        guard let executionID else { return }
        _ = self.state.withLock { $0.executions.insert(executionID) }
    }

    /// Takes note of a transaction.
    func commit(
        _ keys: [EventKey],
        sentAt: ContinuousClock.Instant,
        returnedAt: ContinuousClock.Instant
    ) {
        self.state.withLock { state in
            for key in keys {
                var entry = Entry(key: key, commitSentAt: sentAt, committedAt: returnedAt)
                entry.receivedAt = state.early.removeValue(forKey: key)
                if entry.receivedAt != nil { state.received += 1 }
                state.places[key] = state.entries.count
                state.entries.append(entry)
            }
        }
    }

    /// Takes note that a subscriber has an event; only the first time counts.
    func receive(_ key: EventKey, at instant: ContinuousClock.Instant) {
        self.state.withLock { state in
            guard let place = state.places[key] else {
                state.early[key] = state.early[key] ?? instant
                return
            }
            guard state.entries[place].receivedAt == nil else { return }
            state.entries[place].receivedAt = instant
            state.received += 1
        }
    }

    /// Takes note that events are in `noetl.event`; only the first time counts.
    func project(_ keys: [EventKey], at instant: ContinuousClock.Instant) {
        self.state.withLock { state in
            for key in keys {
                guard let place = state.places[key], state.entries[place].projectedAt == nil else { continue }
                state.entries[place].projectedAt = instant
                state.projected += 1
            }
        }
    }

    /// The events committed longest ago that were not yet seen in `noetl.event`.
    func unprojected(limit: Int) -> [EventKey] {
        self.state.withLock { state in
            Self.advance(&state.projectedUpTo, in: state.entries) { $0.projectedAt != nil }
            var keys: [EventKey] = []
            for entry in state.entries[state.projectedUpTo...] where entry.projectedAt == nil {
                keys.append(entry.key)
                if keys.count == limit { break }
            }
            return keys
        }
    }

    /// How far each stage is.
    func progress(at now: ContinuousClock.Instant = .now) -> Progress {
        self.state.withLock { state in
            Self.advance(&state.receivedUpTo, in: state.entries) { $0.receivedAt != nil }
            Self.advance(&state.projectedUpTo, in: state.entries) { $0.projectedAt != nil }
            return Progress(
                committed: state.entries.count,
                published: state.received,
                projected: state.projected,
                publishLag: Self.age(of: state.receivedUpTo, in: state.entries, at: now),
                projectionLag: Self.age(of: state.projectedUpTo, in: state.entries, at: now)
            )
        }
    }

    private static func advance(_ place: inout Int, in entries: [Entry], past isDone: (Entry) -> Bool) {
        while place < entries.count, isDone(entries[place]) { place += 1 }
    }

    private static func age(of place: Int, in entries: [Entry], at now: ContinuousClock.Instant) -> Duration {
        place < entries.count ? max(.zero, now - entries[place].committedAt) : .zero
    }
}
