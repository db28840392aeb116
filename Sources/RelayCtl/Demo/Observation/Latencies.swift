/// The latencies of a run, each counted from two instants.
///
/// A commit takes place between the moment COMMIT is sent and the moment its answer arrives; so the truth lies between
/// the two.
struct Latencies: Hashable, Sendable {
    /// From the answer to COMMIT to a subscriber.
    let commitToSubscriber: Latency
    /// From sending COMMIT to a subscriber.
    let sendToSubscriber: Latency
    /// From the answer to COMMIT to `noetl.event`.
    let commitToEvent: Latency
    /// From sending COMMIT to `noetl.event`.
    let sendToEvent: Latency

    init(_ entries: [EventLedger.Entry]) {
        self.commitToSubscriber = Latency(entries, from: \.committedAt, to: \.receivedAt)
        self.sendToSubscriber = Latency(entries, from: \.commitSentAt, to: \.receivedAt)
        self.commitToEvent = Latency(entries, from: \.committedAt, to: \.projectedAt)
        self.sendToEvent = Latency(entries, from: \.commitSentAt, to: \.projectedAt)
    }
}
