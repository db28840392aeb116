/// What was found after a run, in the stream and in the database.
struct Evidence: Sendable {
    /// A row of `noetl.outbox` that is not published.
    struct OwedRow: Hashable, Sendable {
        /// Which event it holds.
        let key: EventKey
        /// Its `status`.
        let status: String
        /// Its `last_error`.
        let lastError: String?
    }

    /// A row of `noetl.event_dead_letter`.
    struct DeadLetter: Hashable, Sendable {
        /// The message's sequence in the stream.
        let sequence: Int64
        /// Why it is there.
        let reason: String
    }

    /// The events that were committed, those of one execution in the order of their commits.
    var committed: [EventKey] = []
    /// The messages of the stream, in its order.
    var stream: [EventKey] = []
    /// How many messages of the stream hold no event.
    var unreadableMessages = 0
    /// The rows of `noetl.event`, in any order.
    var events: [EventKey] = []
    /// The dead letters of the stream.
    var deadLetters: [DeadLetter] = []
    /// The rows that are not published.
    var owed: [OwedRow] = []
    /// What internal-api answers to pending-count; `nil` where others' rows count, too.
    var pendingCount: Int64?
    /// A sentence for each service that did not stop as it should; `nil` while they run.
    var stopFaults: [String]?
}
