import HTTPTypes
import Hummingbird
import Logging
import Metrics
import ServiceRuntime

/// Logs and times every request, and makes an answer of every error.
struct RequestObserver {
    private static let timer = "http.server.request.duration"

    private let logger: Logger
    private let factory: any MetricsFactory

    init(logger: Logger, factory: any MetricsFactory = MetricsSystem.factory) {
        self.logger = logger
        self.factory = factory
    }

    func observe(
        _ request: Request,
        _ endpoint: Endpoint?,
        _ respond: () async throws -> Response
    ) async -> Response {
        let start = ContinuousClock.now
        let requestID = RequestName(of: request)
        var response: Response
        do {
            response = try await respond()
        } catch {
            self.logger.error(
                "A request failed",
                metadata: [LogKey.requestID: "\(requestID)", LogKey.error: "\(error)"]
            )
            response = Refusal(.internalServerError, "Internal Server Error").response
        }
        requestID.add(to: &response)
        self.record(request, endpoint, response.status, start.duration(to: .now), requestID)
        return response
    }

    private func record(
        _ request: Request,
        _ endpoint: Endpoint?,
        _ status: HTTPResponse.Status,
        _ duration: Duration,
        _ requestID: RequestName
    ) {
        let isContract = endpoint.map { !$0.isProbe } ?? false
        self.logger.log(
            level: isContract ? .info : .debug,
            "Answered",
            metadata: [
                LogKey.requestMethod: "\(request.method.rawValue)",
                LogKey.requestPath: "\(request.uri.path)",
                LogKey.responseStatus: "\(status.code)",
                LogKey.duration: "\(duration)",
                LogKey.requestID: "\(requestID)",
            ]
        )
        // Paths and methods that are not ours would each be a time series, and callers choose them.
        let dimensions = [
            ("route", endpoint?.path ?? "none"),
            ("method", endpoint?.method == request.method ? request.method.rawValue : "other"),
            ("status", "\(status.code)"),
        ]
        Timer(label: Self.timer, dimensions: dimensions, factory: self.factory).record(duration: duration)
    }
}

extension LogKey {
    fileprivate static let requestMethod = "http.request.method"
    fileprivate static let requestPath = "url.path"
    fileprivate static let responseStatus = "http.response.status_code"
    fileprivate static let duration = "duration"
}
