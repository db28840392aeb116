/// The services of the relay, by the names of their executables.
enum ServiceName: String, CaseIterable, Sendable {
    case publisher = "outbox-publisher"
    case projector = "projector"
    case api = "internal-api"

    /// What the file with its log is called.
    var logName: String { "\(self.rawValue).log" }
}
