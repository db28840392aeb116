/// The routes of `/api/internal`, by their path.
package enum ContractRoute: String, CaseIterable, Sendable {
    /// `POST outbox/claim`.
    case claim = "/api/internal/outbox/claim"
    /// `POST outbox/mark-published`.
    case markPublished = "/api/internal/outbox/mark-published"
    /// `POST outbox/mark-failed`.
    case markFailed = "/api/internal/outbox/mark-failed"
    /// `GET outbox/pending-count`.
    case pendingCount = "/api/internal/outbox/pending-count"
    /// `POST events/project`.
    case project = "/api/internal/events/project"
    /// `POST events/dead-letters`; an addition of ours.
    case deadLetters = "/api/internal/events/dead-letters"

    /// Whether a request may be sent again when nobody knows what became of it.
    ///
    /// A second claim would be another one, and a second mark-failed could hit a row that somebody else has claimed in
    /// the meantime.
    package var isIdempotent: Bool {
        switch self {
        case .markPublished, .pendingCount, .project, .deadLetters: true
        case .claim, .markFailed: false
        }
    }
}
