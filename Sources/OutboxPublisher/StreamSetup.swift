import JetStream
import Logging
import ServiceRuntime

/// Makes the stream where it is missing and refuses one that cannot keep what is promised.
struct StreamSetup: Sendable {
    private let configuration: StreamConfiguration
    private let logger: Logger

    init(_ configuration: StreamConfiguration, logger: Logger) {
        self.configuration = configuration
        self.logger = logger
    }

    /// Returns the subjects that the stream stores.
    ///
    /// An existing stream is never changed.
    ///
    /// - Throws: `NATSError`; ``StreamFault`` for a stream that does not store our subjects.
    func prepare(on connection: NATSConnection) async throws -> [String] {
        if let stream = try await connection.streamInfo(self.configuration.name) {
            try self.check(stream)
            return stream.subjects
        }
        try await connection.addStream(self.configuration)
        self.logger.info("Made the stream", metadata: [LogKey.stream: "\(self.configuration.name)"])
        return self.configuration.subjects
    }

    private func check(_ stream: StreamInfo) throws {
        for wanted in self.configuration.subjects {
            guard stream.subjects.contains(where: { $0 == wanted || Subject.matches(wanted, filter: $0) }) else {
                throw StreamFault(stream: self.configuration.name, subject: wanted, stored: stream.subjects)
            }
        }
    }
}

/// A stream that exists and does not store what we would publish.
struct StreamFault: Error, CustomStringConvertible {
    let stream: String
    let subject: String
    let stored: [String]

    var description: String {
        """
        the stream \(self.stream) stores \(self.stored.joined(separator: ", ")) and not \(self.subject); \
        add the subject to the stream, or set NOETL_EVENT_NATS_STREAM or NOETL_EVENT_NATS_SUBJECT_PREFIX
        """
    }
}
