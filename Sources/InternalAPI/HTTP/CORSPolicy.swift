import HTTPTypes
import Hummingbird

/// Which pages may call the API from a browser; none unless a setting says so.
struct CORSPolicy: Sendable {
    private static let headers = "Authorization, Content-Type, X-Request-Id, traceparent, tracestate"
    private static let maximumAge = "600"

    private let origins: [String]

    /// Allows origins such as `https://noetl.example`, or `*` for all.
    init(origins: [String]) {
        self.origins = origins
    }

    /// The answer to a browser that asks whether a page may send a request; `nil` where it is no such question, or the
    /// answer is no.
    func preflight(_ request: Request, for endpoint: Endpoint?) -> Response? {
        guard request.method == .options, let endpoint, !endpoint.isProbe,
            request.headers[.accessControlRequestMethod] != nil, let origin = self.allowedOrigin(of: request)
        else { return nil }
        var response = Response(status: .noContent)
        response.headers[.accessControlAllowOrigin] = origin
        response.headers[.accessControlAllowMethods] = endpoint.method.rawValue
        response.headers[.accessControlAllowHeaders] = Self.headers
        response.headers[.accessControlMaxAge] = Self.maximumAge
        response.headers[.vary] = "Origin"
        return response
    }

    /// Lets the page that sent a request read the answer.
    func mark(_ response: inout Response, to request: Request) {
        guard !self.origins.isEmpty else { return }
        response.headers[.vary] = "Origin"
        guard let origin = self.allowedOrigin(of: request) else { return }
        response.headers[.accessControlAllowOrigin] = origin
        response.headers[.accessControlExposeHeaders] = "X-Request-Id, Retry-After"
    }

    private func allowedOrigin(of request: Request) -> String? {
        guard let origin = request.headers[.origin] else { return nil }
        return self.origins.contains(origin) || self.origins.contains("*") ? origin : nil
    }
}
