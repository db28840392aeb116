import InternalContract
import Logging
import ServiceRuntime
import Synchronization

/// Says why dead letters cannot be recorded: each reason once, however often it is tried, and no more than a hundred.
final class DeadLetterRecording: Sendable {
    private static let maximumReasons = 100

    private let stream: String
    private let logger: Logger
    private let said = Mutex<Set<String>>([])

    private static let missingRoute =
        "the server does not have POST \(ContractRoute.deadLetters.rawValue): it must be internal-api of noetl-relay"

    init(stream: String, logger: Logger) {
        self.stream = stream
        self.logger = logger
    }

    /// Takes note of dead letters that the server does not take.
    func noteFailure(_ error: InternalAPIError, count: Int) {
        let reason = error.isRouteMissing ? Self.missingRoute : "\(error)"
        guard self.said.withLock({ $0.count < Self.maximumReasons && $0.insert(reason).inserted }) else { return }
        self.logger.error(
            "Dead letters cannot be recorded, their messages stay in the stream",
            metadata: [LogKey.stream: "\(self.stream)", LogKey.count: "\(count)", LogKey.error: "\(reason)"]
        )
    }

    /// Takes note of dead letters that were recorded: the server has the route.
    func noteSuccess() {
        guard self.said.withLock({ $0.remove(Self.missingRoute) }) != nil else { return }
        self.logger.notice("Dead letters can be recorded again", metadata: [LogKey.stream: "\(self.stream)"])
    }
}
