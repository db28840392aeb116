import HTTPTypes
import Hummingbird
import InternalContract

/// Everything that is served, by its path.
enum Endpoint: CaseIterable {
    case claim
    case markPublished
    case markFailed
    case pendingCount
    case project
    case deadLetters
    case live
    case ready
    case metrics

    /// Its path.
    var path: String {
        switch self {
        case .claim: ContractRoute.claim.rawValue
        case .markPublished: ContractRoute.markPublished.rawValue
        case .markFailed: ContractRoute.markFailed.rawValue
        case .pendingCount: ContractRoute.pendingCount.rawValue
        case .project: ContractRoute.project.rawValue
        case .deadLetters: ContractRoute.deadLetters.rawValue
        case .live: "/livez"
        case .ready: "/readyz"
        case .metrics: "/metrics"
        }
    }

    /// The one method it has.
    var method: HTTPRequest.Method {
        switch self {
        case .claim, .markPublished, .markFailed, .project, .deadLetters: .post
        case .pendingCount, .live, .ready, .metrics: .get
        }
    }

    /// Whether it is asked by the platform, every few seconds, instead of by a caller.
    var isProbe: Bool {
        switch self {
        case .claim, .markPublished, .markFailed, .pendingCount, .project, .deadLetters: false
        case .live, .ready, .metrics: true
        }
    }

    private static let byPath = Dictionary(uniqueKeysWithValues: Self.allCases.map { ($0.path, $0) })

    /// The endpoint of a request's path, in which letters may be percent-encoded; nothing else is made equal.
    init?(path: String) {
        guard let endpoint = Self.byPath[path.contains("%") ? path.decodingUnreserved : path] else { return nil }
        self = endpoint
    }
}

extension RouterMethods {
    /// Adds a handler for an endpoint.
    func on(
        _ endpoint: Endpoint,
        use handler: @escaping @Sendable (Request, Context) async throws -> Response
    ) {
        self.on(RouterPath(endpoint.path), method: endpoint.method, use: handler)
    }
}
