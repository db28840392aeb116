/// An event to be committed: its key and its envelope.
struct GeneratedEvent: Sendable {
    /// Which event it is.
    let key: EventKey
    /// The envelope, as JSON.
    let envelope: [UInt8]
}
