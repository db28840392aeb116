import JetStream
import Logging
import ServiceRuntime

/// Makes the durable consumer where it is missing, or stands somewhere that its stream has never been.
///
/// Looks one at a time, so that of several workers that find the same one acts.
actor ConsumerSetup {
    private let configuration: ConsumerConfiguration
    private let stream: String
    private let logger: Logger

    /// How the stream was when it was last there.
    private var lastStream: StreamConfiguration?
    /// The newest message that this process was sent.
    private var newest: StreamPosition?
    private var hasWarned = false
    /// The look that is under way.
    private var preparing: Task<ConsumerInfo, any Error>?

    init(_ configuration: ConsumerConfiguration, stream: String, logger: Logger) {
        self.configuration = configuration
        self.stream = stream
        self.logger = logger
    }

    /// Takes note of a message that was sent to this process.
    func note(_ position: StreamPosition) {
        if position.sequence > self.newest?.sequence ?? 0 { self.newest = position }
    }

    /// Returns when the consumer is there and stands where its stream is.
    ///
    /// 1. A stream that was there and is gone is made again as it was. One that has never been there is left to the
    ///    publisher, which knows how it is to be, and one that had limits we do not make to whoever made it.
    /// 2. A consumer that is missing is made. An existing one is used as it is.
    /// 3. A consumer that has delivered what its stream does not have is made anew and begins at the start: the
    ///    stream's store went back in time, and it would pass over everything that takes the place of what was lost.
    ///    Events that are stored already are found to be duplicates.
    ///
    /// - Returns: The consumer's state.
    /// - Throws: `NATSError`; also where the stream has never been there, and for a consumer that loses messages.
    @discardableResult
    func prepare(on connection: NATSConnection) async throws -> ConsumerInfo {
        while let preparing = self.preparing { _ = await preparing.result }
        let task = Task { try await self.look(on: connection) }
        self.preparing = task
        defer { self.preparing = nil }
        return try await task.value
    }

    private func look(on connection: NATSConnection) async throws -> ConsumerInfo {
        // The consumer before its stream: the stream has then at least what the consumer delivered.
        let consumer = try await self.consumerInfo(on: connection)
        let stream = try await self.streamInfo(on: connection)
        guard let consumer else { return try await self.makeConsumer(for: stream, on: connection) }
        guard consumer.isPulledAndAcknowledged else {
            throw NATSError(
                .invalidConfiguration,
                "the consumer \(self.configuration.name) must be one that is pulled from and acknowledges explicitly"
            )
        }
        self.warn(about: consumer)
        if try await self.isAhead(consumer, of: stream, on: connection) {
            self.logger.warning(
                "The stream went back in time, reading it from its start",
                metadata: [LogKey.stream: "\(self.stream)", LogKey.consumer: "\(self.configuration.name)"]
            )
            try await connection.deleteConsumer(self.configuration.name, stream: self.stream)
            return try await self.makeConsumer(for: stream, on: connection)
        }
        return consumer
    }

    /// A consumer that somebody else made can give messages up, which nobody would see.
    private func warn(about consumer: ConsumerInfo) {
        guard let limit = consumer.maximumDeliveries, !self.hasWarned else { return }
        self.hasWarned = true
        self.logger.warning(
            "The consumer gives a message up after some deliveries, make it without max_deliver",
            metadata: [LogKey.count: "\(limit)", LogKey.consumer: "\(self.configuration.name)"]
        )
    }

    private func consumerInfo(on connection: NATSConnection) async throws -> ConsumerInfo? {
        try await connection.consumerInfo(stream: self.stream, consumer: self.configuration.name)
    }

    private func streamInfo(on connection: NATSConnection) async throws -> StreamInfo {
        if let info = try await connection.streamInfo(self.stream) {
            self.lastStream = info.isPlain ? StreamConfiguration(info, name: self.stream) : nil
            return info
        }
        guard let lastStream = self.lastStream else {
            throw NATSError(.notFound, "the stream \(self.stream) does not exist")
        }
        try await connection.addStream(lastStream)
        self.logger.warning("Made the stream again", metadata: [LogKey.stream: "\(self.stream)"])
        guard let info = try await connection.streamInfo(self.stream) else {
            throw NATSError(.notFound, "the stream \(self.stream) is gone")
        }
        return info
    }

    private func makeConsumer(for stream: StreamInfo, on connection: NATSConnection) async throws -> ConsumerInfo {
        try await connection.addConsumer(self.configuration(for: stream), stream: self.stream)
        // What it was sent before may be of another stream.
        self.newest = nil
        self.logger.info(
            "Made the consumer",
            metadata: [LogKey.stream: "\(self.stream)", LogKey.consumer: "\(self.configuration.name)"]
        )
        guard let info = try await self.consumerInfo(on: connection) else {
            throw NATSError(.notFound, "the consumer \(self.configuration.name) is gone")
        }
        return info
    }

    /// Whether a consumer has delivered messages that its stream does not have, or has others in their place.
    private func isAhead(
        _ consumer: ConsumerInfo,
        of stream: StreamInfo,
        on connection: NATSConnection
    ) async throws -> Bool {
        if consumer.deliveredSequence > stream.lastSequence { return true }
        guard let newest = self.newest, newest.sequence >= stream.firstSequence else { return false }
        guard newest.sequence <= stream.lastSequence else { return true }
        let present = try await connection.position(of: newest.sequence, stream: self.stream)
        return present != nil && present != newest
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

extension StreamInfo {
    /// Whether it has nothing that ``StreamConfiguration`` cannot say.
    fileprivate var isPlain: Bool {
        self.retention == .limits && self.maximumMessages == nil && self.maximumBytes == nil
            && self.maximumMessagesPerSubject == nil && self.maximumMessageBytes == nil && self.acknowledges
            && self.isWritable
    }
}

extension StreamConfiguration {
    /// The configuration that a stream has.
    fileprivate init(_ info: StreamInfo, name: String) {
        self.init(
            name: name,
            subjects: info.subjects,
            maximumAge: info.maximumAge,
            duplicateWindow: info.duplicateWindow,
            replicas: info.replicas
        )
    }
}
