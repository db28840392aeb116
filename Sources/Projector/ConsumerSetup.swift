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
        guard let stream = try await connection.streamInfo(self.stream) else {
            throw NATSError(.notFound, "the stream \(self.stream) does not exist yet")
        }
        try await connection.addConsumer(self.configuration(for: stream), stream: self.stream)
        self.logger.info(
            "Made the consumer",
            metadata: [LogKey.stream: "\(self.stream)", LogKey.consumer: "\(self.configuration.name)"]
        )
    }

    /// Leaves a filter out that lets everything through.
    ///
    /// nats-server 2.9.10 at times finds the next message of a filtered consumer only when something else wakes it:
    /// 700 messages a second instead of 20,000, in one of 30 restarts while the stream was written to.
    private func configuration(for stream: StreamInfo) -> ConsumerConfiguration {
        var configuration = self.configuration
        if stream.subjects.allSatisfy({ Subject.matches($0, filter: configuration.filterSubject) }) {
            configuration.filterSubject = ">"
        }
        return configuration
    }
}
