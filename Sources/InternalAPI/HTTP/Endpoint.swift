import HTTPTypes
import Hummingbird

/// Everything that is served, by its path.
enum Endpoint: String, CaseIterable {
    case claim = "/api/internal/outbox/claim"
    case markPublished = "/api/internal/outbox/mark-published"
    case markFailed = "/api/internal/outbox/mark-failed"
    case pendingCount = "/api/internal/outbox/pending-count"
    case project = "/api/internal/events/project"
    case live = "/livez"
    case ready = "/readyz"
    case metrics = "/metrics"

    /// The one method it has.
    var method: HTTPRequest.Method {
        switch self {
        case .claim, .markPublished, .markFailed, .project: .post
        case .pendingCount, .live, .ready, .metrics: .get
        }
    }

    /// Whether it is asked by the platform, every few seconds, instead of by a caller.
    var isProbe: Bool {
        switch self {
        case .claim, .markPublished, .markFailed, .pendingCount, .project: false
        case .live, .ready, .metrics: true
        }
    }

    /// The endpoint of a request's path, in which letters may be percent-encoded; nothing else is made equal.
    init?(path: String) {
        self.init(rawValue: path.contains("%") ? path.decodingUnreserved : path)
    }
}

extension RouterMethods {
    /// Adds a handler for an endpoint.
    func on(
        _ endpoint: Endpoint,
        use handler: @escaping @Sendable (Request, Context) async throws -> Response
    ) {
        self.on(RouterPath(endpoint.rawValue), method: endpoint.method, use: handler)
    }
}
