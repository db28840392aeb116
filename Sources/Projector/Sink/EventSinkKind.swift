/// The ways to the event log.
enum EventSinkKind: String, CaseIterable, Sendable {
    /// Connections of our own.
    case database
    /// `/api/internal`, where only the server may have connections.
    case api
}
