import HTTPTypes
import Hummingbird
import InternalContract
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
        _ facts: RequestFacts,
        _ respond: () async throws -> Response
    ) async -> Response {
        let start = ContinuousClock.now
        let requestID = RequestName(of: request)
        let trace = TraceContext(of: request)
        facts.identify(requestID, traceID: trace.map { String($0.traceID) })
        var response: Response
        do {
            response =
                if let trace { try await TraceContext.$current.withValue(trace) { try await respond() } } else {
                    try await respond()
                }
        } catch {
            self.logger.error(
                "A request failed",
                metadata: facts.identity.merging([LogKey.error: "\(error)"]) { $1 }
            )
            response = Refusal(.internalServerError, "Internal Server Error").response
        }
        requestID.add(to: &response)
        self.record(request, endpoint, response.status, start.duration(to: .now), facts)
        return response
    }

    private func record(
        _ request: Request,
        _ endpoint: Endpoint?,
        _ status: HTTPResponse.Status,
        _ duration: Duration,
        _ facts: RequestFacts
    ) {
        let level: Logger.Level = endpoint?.isProbe == false ? .info : .debug
        if self.logger.logLevel <= level {
            self.logger.log(
                level: level,
                "Answered",
                metadata: facts.metadata.merging([
                    LogKey.requestMethod: "\(request.method.rawValue)",
                    LogKey.requestPath: "\(request.uri.path)",
                    LogKey.responseStatus: "\(status.code)",
                    LogKey.duration: "\(duration)",
                ]) { $1 }
            )
        }
        // Paths and methods that are not ours would each be a time series, and callers choose them.
        let dimensions = [
            ("route", endpoint?.path ?? "none"),
            ("method", endpoint?.method == request.method ? request.method.rawValue : "other"),
            ("status", "\(status.code)"),
        ]
        Timer(label: Self.timer, dimensions: dimensions, factory: self.factory).record(duration: duration)
    }
}

extension TraceContext {
    /// The trace that a request belongs to, where it says so once and clearly.
    fileprivate init?(of request: Request) {
        guard let name = HTTPField.Name("traceparent"), let stateName = HTTPField.Name("tracestate") else { return nil }
        let parents = request.headers[values: name]
        guard parents.count == 1 else { return nil }
        let states = request.headers[values: stateName]
        self.init(parent: parents[0], state: states.isEmpty ? nil : states.joined(separator: ","))
    }
}

extension LogKey {
    fileprivate static let requestMethod = "http.request.method"
    fileprivate static let requestPath = "url.path"
    fileprivate static let responseStatus = "http.response.status_code"
    fileprivate static let duration = "duration"
}
