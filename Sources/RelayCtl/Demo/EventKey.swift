/// What an event is known by everywhere: in `noetl.outbox`, in the stream and in `noetl.event`.
struct EventKey: Hashable, Sendable {
    /// The execution it belongs to.
    let executionID: Int64
    /// Its own id.
    let eventID: Int64
}
