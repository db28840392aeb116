import JetStream

/// Reads the messages that a stream holds, from its start to what was its end when the reading began.
///
/// That nothing comes is not the end: while a stream has no leader its consumer sends nothing and says nothing.
struct StreamReader {
    private static let batchSize = 1000

    /// The last sequence that is asked for.
    let end: UInt64
    /// The consumer that it reads by, which is forgotten by itself.
    let consumer = "relayctl-\(String.randomHex(digits: 8))"

    private let stream: String
    private let patience: Duration
    private let connection: NATSConnection
    private let puller: JetStreamPuller
    private var position: UInt64 = 0
    private var received: UInt64 = 0

    /// Begins at a stream's start.
    ///
    /// - Parameters:
    ///   - stream: The stream's name.
    ///   - connection: The connection to read it over.
    ///   - patience: How long nothing may come while there is more.
    /// - Throws: `NATSError`, also where there is no such stream.
    init(_ stream: String, on connection: NATSConnection, patience: Duration = .seconds(60)) async throws {
        guard let info = try await connection.streamInfo(stream) else {
            throw NATSError(.notFound, "there is no stream \(stream)")
        }
        let configuration = ConsumerConfiguration(name: self.consumer, isDurable: false, isAcknowledged: false)
        try await connection.addConsumer(configuration, stream: stream)
        self.end = info.lastSequence
        self.stream = stream
        self.patience = patience
        self.connection = connection
        self.puller = try await connection.makePuller(stream: stream, consumer: self.consumer)
    }

    /// Returns the next messages, of which some may be behind ``end``; `nil` once all are read.
    ///
    /// - Throws: `NATSError`, also where nothing comes for too long; `CancellationError`.
    mutating func next() async throws -> DeliveredMessages? {
        guard self.position < self.end else { return nil }
        let deadline = ContinuousClock.now + self.patience
        while true {
            try Task.checkCancellation()
            do {
                let messages = try await self.puller.pull(limit: Self.batchSize, wait: .seconds(1))
                if !messages.isEmpty {
                    self.position = messages.streamSequence(messages.count - 1)
                    self.received += UInt64(messages.count)
                    return messages
                }
                if try await self.hasReadAll() { return nil }
            } catch let error as NATSError where error.isOfLeaderlessStream && .now < deadline {
                try await Task.sleep(for: .milliseconds(100))
            }
            guard .now < deadline else {
                throw NATSError(
                    .timeout,
                    """
                    the stream \(self.stream) sent nothing for \(self.patience) and has more than was read, which is \
                    up to sequence \(self.position) of \(self.end)
                    """
                )
            }
        }
    }

    /// Whether nothing is left to be sent, nor on its way; the stream's last messages may have been deleted.
    private func hasReadAll() async throws -> Bool {
        guard let info = try await self.connection.consumerInfo(stream: self.stream, consumer: self.consumer) else {
            throw NATSError(.notFound, "the consumer that reads the stream \(self.stream) was deleted")
        }
        return info.pending == 0 && info.deliveries <= self.received
    }
}

extension NATSError {
    /// Whether it may be that the stream's servers are choosing a leader.
    fileprivate var isOfLeaderlessStream: Bool {
        switch self.code {
        case .timeout, .noResponders, .refused: true
        default: false
        }
    }
}
