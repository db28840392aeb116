import EventLog
import JetStream

/// What has become of a batch of messages so far.
///
/// It outlasts the attempts to store the batch, so that an event that one of them stored is not counted as a duplicate by
/// the next.
struct BatchProgress: Sendable {
    /// What has become of a message.
    enum State: Hashable, Sendable {
        /// Nothing yet.
        case open
        /// It is stored, as events or as a dead letter, or it is somebody else's.
        case done
        /// It cannot be stored as either for now, and stays in the stream.
        case kept
    }

    /// The state of each message.
    private(set) var states: [State]
    /// How many of the messages are ours.
    private(set) var messageCount = 0
    /// How many events and dead letters were stored.
    private(set) var outcome = ProjectionService.Outcome()

    /// Nothing has become of a number of messages.
    init(count: Int) {
        self.states = Array(repeating: .open, count: count)
    }

    /// Says which of the messages are ours; the others are done.
    mutating func begin(with indices: [Int]) {
        self.messageCount = indices.count
        guard indices.count < self.states.count else { return }
        let own = Set(indices)
        for index in self.states.indices where !own.contains(index) { self.states[index] = .done }
    }

    /// Whether nothing has become of some of the messages yet.
    var isOpen: Bool { self.states.contains(.open) }

    /// Says that messages are stored.
    mutating func finish(_ indices: some Sequence<Int>, _ outcome: ProjectionService.Outcome) {
        for index in indices { self.states[index] = .done }
        self.outcome.add(outcome)
    }

    /// Says that messages stay in the stream.
    mutating func keep(_ indices: some Sequence<Int>) {
        for index in indices { self.states[index] = .kept }
    }

    /// What the broker is told about each message.
    ///
    /// What is open is handed back, so that it is delivered again at once. What is kept is not answered for, so that it is
    /// delivered again after the consumer's wait.
    var answers: [MessageAnswer?] {
        self.states.map { state in
            switch state {
            case .open: .handedBack
            case .done: .acknowledged
            case .kept: nil
            }
        }
    }
}
