import JetStream
import Logging
import ServiceRuntime

/// Makes the durable consumer where it is missing.
struct ConsumerSetup: Sendable {
    private let configuration: ConsumerConfiguration
    private let stream: String
    private let logger: Logger

    init(_ configuration: ConsumerConfiguration, stream: String, logger: Logger) {
        self.configuration = configuration
        self.stream = stream
        self.logger = logger
    }

    /// Returns when the consumer is there.
    ///
    /// An existing one is used as it is.
    ///
    /// - Throws: `NATSError`, also where the stream is not there yet; the publisher makes it.
    func prepare(on connection: NATSConnection) async throws {
        guard
            try await connection.consumerInfo(stream: self.stream, consumer: self.configuration.name) == nil
        else { return }
        guard try await connection.streamInfo(self.stream) != nil else {
            throw NATSError(.notFound, "the stream \(self.stream) does not exist yet")
        }
        try await connection.addConsumer(self.configuration, stream: self.stream)
        self.logger.info(
            "Made the consumer",
            metadata: [LogKey.stream: "\(self.stream)", LogKey.consumer: "\(self.configuration.name)"]
        )
    }
}
