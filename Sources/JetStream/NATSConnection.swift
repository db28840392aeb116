import CLibNATS
package import Waiting

/// One connection to NATS, for the life of one TCP connection.
///
/// It is never resumed after a loss: what was under way is reported as unknown and the owner makes another connection.
/// An actor on a queue of its own, because its methods block there until the server answers. Publishing and pulling
/// have actors of their own, made from this one; one that pulls keeps it open, one that publishes connects itself.
package actor NATSConnection {
    private let executor = QueueExecutor(label: "nats")
    private nonisolated let handle: ConnectionHandle
    private nonisolated let configuration: NATSConfiguration
    private let context: JetStreamContext

    /// The queue this connection blocks on.
    package nonisolated var unownedExecutor: UnownedSerialExecutor { self.executor.asUnownedSerialExecutor() }

    private init(handle: ConnectionHandle, _ configuration: NATSConfiguration) throws {
        self.handle = handle
        self.configuration = configuration
        self.context = try JetStreamContext(handle, timeout: configuration.requestTimeout)
    }

    /// Connects to the first server that answers.
    ///
    /// - Throws: ``NATSError`` with ``NATSError/Code/connectionFailed`` or ``NATSError/Code/invalidConfiguration``.
    package static func connect(_ configuration: NATSConfiguration) async throws -> NATSConnection {
        let handle = try await Connecting().connect { try ConnectionHandle(configuration) }
        return try NATSConnection(handle: handle, configuration)
    }

    /// Whether the connection has ended.
    package nonisolated var isClosed: Bool { self.handle.isClosed }

    /// The largest message the server takes, in bytes, headers included.
    package nonisolated var maximumPayloadBytes: Int { Int(natsConnection_GetMaxPayload(self.handle.pointer)) }

    /// Calls `react` when the connection has ended: once, on any thread, and now where it has.
    package nonisolated func onClose(_ react: @escaping @Sendable () -> Void) {
        self.handle.loss.onReport(react)
    }

    /// Returns when the server has seen everything sent so far.
    ///
    /// - Throws: ``NATSError``.
    package func flush() throws {
        try self.handle.flush(until: .now + self.configuration.requestTimeout)
    }

    /// Ends the connection.
    package func close() {
        self.handle.close()
    }
}

// MARK: - JetStream

extension NATSConnection {
    /// The state of a stream, or `nil` where there is none of this name.
    ///
    /// - Throws: ``NATSError``.
    package func streamInfo(_ name: String) throws -> StreamInfo? {
        try self.context.streamInfo(name)
    }

    /// Makes a stream.
    ///
    /// - Throws: ``NATSError``; not for one that exists with the same configuration.
    package func addStream(_ configuration: StreamConfiguration) throws {
        try self.context.addStream(configuration)
    }

    /// Removes a stream with its messages and consumers; does nothing where there is none of this name.
    ///
    /// - Throws: ``NATSError``.
    package func deleteStream(_ name: String) throws {
        try self.context.deleteStream(name)
    }

    /// The state of a consumer, or `nil` where the stream has none of this name, or does not exist.
    ///
    /// - Throws: ``NATSError``.
    package func consumerInfo(stream: String, consumer: String) throws -> ConsumerInfo? {
        try self.context.consumerInfo(stream: stream, consumer: consumer)
    }

    /// The names of a stream's consumers; none where it has none, or does not exist.
    ///
    /// - Throws: ``NATSError``.
    package func consumerNames(stream: String) throws -> [String] {
        try self.context.consumerNames(stream: stream)
    }

    /// Makes a pull consumer.
    ///
    /// - Throws: ``NATSError``; not for one that exists with the same configuration.
    package func addConsumer(_ configuration: ConsumerConfiguration, stream: String) throws {
        try self.context.addConsumer(configuration, stream: stream)
    }

    /// Removes a consumer; does nothing where there is none of this name.
    ///
    /// - Throws: ``NATSError``.
    package func deleteConsumer(_ name: String, stream: String) throws {
        try self.context.deleteConsumer(name, stream: stream)
    }

    /// When the message with a sequence was stored, or `nil` where the stream has no message with it.
    ///
    /// - Throws: ``NATSError``.
    package func position(of sequence: UInt64, stream: String) throws -> StreamPosition? {
        try self.context.position(of: sequence, stream: stream)
    }

    /// Makes a publisher, with a connection of its own that is made as this one was.
    ///
    /// - Parameter executor: Where it blocks.
    /// - Returns: The publisher.
    /// - Throws: ``NATSError``.
    package nonisolated func makePublisher(
        on executor: QueueExecutor = QueueExecutor(label: "nats.publish")
    ) async throws -> JetStreamPublisher {
        let connection = try await Connecting().connect { try PolledConnection(self.configuration) }
        return try JetStreamPublisher(connection, on: executor)
    }

    /// Makes a puller on a consumer that exists.
    ///
    /// - Throws: ``NATSError``.
    package func makePuller(stream: String, consumer: String) throws -> JetStreamPuller {
        guard try self.consumerInfo(stream: stream, consumer: consumer) != nil else {
            throw NATSError(.notFound, "the consumer \(consumer) of the stream \(stream) does not exist")
        }
        return try JetStreamPuller(self.handle, self.context, stream: stream, consumer: consumer)
    }

    /// Subscribes to a subject outside JetStream, as an ordinary NATS subscriber does.
    ///
    /// - Returns: The messages from now on, until the connection or the sequence's consumer ends.
    /// - Throws: ``NATSError``.
    package func subscribe(to subject: String) throws -> AsyncStream<SubscribedMessage> {
        try Subscription.messages(on: self.handle, subject: subject)
    }
}

/// Connecting blocks; this is the queue it blocks on before there is a connection to have one.
private actor Connecting {
    private let executor = QueueExecutor(label: "nats.connect")

    nonisolated var unownedExecutor: UnownedSerialExecutor { self.executor.asUnownedSerialExecutor() }

    func connect<Connection: Sendable>(_ connect: @Sendable () throws -> Connection) throws -> Connection {
        try connect()
    }
}

/// Turns the status of a libnats call into an error.
func check(_ status: natsStatus, _ jetStreamCode: jsErrCode? = nil) throws {
    guard status == NATS_OK else { throw NATSError(status, jetStreamCode: jetStreamCode) }
}
