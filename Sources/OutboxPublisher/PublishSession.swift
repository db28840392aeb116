import JetStream

/// The connections of one worker, for as long as both last.
struct PublishSession<Source: RowSource>: Sendable {
    let source: Source
    let publisher: JetStreamPublisher
    /// The subjects that the stream stores.
    let streamSubjects: [String]
    /// Waits for work, until the process stops or the connection to the broker ends.
    let waiter: WorkSignal.Waiter

    /// Whether the stream stores a subject.
    func stores(_ subject: String) -> Bool {
        self.streamSubjects.contains { Subject.matches(subject, filter: $0) }
    }
}
