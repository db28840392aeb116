import CLibNATS

/// What the server says about a request for messages beside sending them.
///
/// A message without a body and an acknowledgement subject, with a status in its headers; the codes are those of
/// https://github.com/nats-io/nats-architecture-and-design/blob/main/adr/ADR-9.md and ADR-37.
enum PullStatus: Sendable {
    /// The request lives on.
    case alive
    /// The request is over: there is no more, or its time is up.
    case over
    /// The request is over: the next message is larger than what is left of its bytes.
    case full
    /// The request is over because of an error.
    case failed(NATSError)

    /// Reads a status message.
    init(_ message: OpaquePointer) {
        let code = Self.header("Status", of: message) ?? ""
        let description = Self.header("Description", of: message) ?? "status \(code)"
        self =
            switch code {
            case "100": .alive
            case "404", "408": .over
            case "503": .failed(NATSError(.noResponders, "nothing answers for the consumer"))
            case "409" where description.contains("Exceeds MaxBytes"): .full
            case "409" where description.contains("Deleted"): .failed(NATSError(.notFound, description))
            default: .failed(NATSError(.refused, description))
            }
    }

    private static func header(_ name: String, of message: OpaquePointer) -> String? {
        var value: UnsafePointer<CChar>?
        guard natsMsgHeader_Get(message, name, &value) == NATS_OK else { return nil }
        return value.map { String(cString: $0) }
    }
}
