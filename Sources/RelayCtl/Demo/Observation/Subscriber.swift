import JetStream

/// An ordinary NATS subscriber, as a gateway or a user interface would be.
struct Subscriber: Sendable {
    private let connection: NATSConnection
    private let messages: AsyncStream<SubscribedMessage>
    private let ledger: EventLedger

    /// Subscribes; what is published from now on is seen.
    ///
    /// - Throws: `NATSError`.
    init(_ nats: NATSConfiguration, subject: String, ledger: EventLedger) async throws {
        self.connection = try await NATSConnection.connect(nats)
        self.messages = try await self.connection.subscribe(to: subject)
        try await self.connection.flush()
        self.ledger = ledger
    }

    /// Tells the ledger of each event until cancelled.
    ///
    /// - Throws: `CancellationError`; ``DemoError`` where the connection ends first.
    func run() async throws {
        for await message in self.messages {
            guard let key = message.body.withUnsafeBytes({ EventKey(envelope: $0) }) else { continue }
            self.ledger.receive(key, at: message.receivedAt)
        }
        try Task.checkCancellation()
        throw DemoError("The subscriber's connection to NATS ended.")
    }
}
