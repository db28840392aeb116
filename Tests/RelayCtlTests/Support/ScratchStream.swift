import JetStream
import LocalServers
import Testing

@testable import RelayCtl

/// A stream of a test's own on the shared server.
struct ScratchStream {
    /// Its name.
    let name = "RELAYCTL_\(String.randomHex(digits: 12))"
    /// How to connect to its server.
    let configuration: NATSConfiguration
    /// A connection to its server.
    let connection: NATSConnection

    /// All of its subjects begin with this.
    var prefix: String { self.name.lowercased() }

    /// Makes a stream.
    init() async throws {
        let server = try await SharedLocalServers.nats()
        self.configuration = NATSConfiguration(
            url: server.url,
            name: "tests",
            connectTimeout: .seconds(60),
            requestTimeout: .seconds(60)
        )
        self.connection = try await NATSConnection.connect(self.configuration)
        try await self.connection.addStream(StreamConfiguration(name: self.name, subjects: ["\(self.prefix).>"]))
    }

    /// Publishes a message for each row of the outbox, and awaits that they are stored.
    func publish(outboxIDs: [Int64]) async throws {
        let prefix = self.prefix
        let publisher = try await self.connection.makePublisher()
        let outcomes = await publisher.publish(outboxIDs.count, timeout: .seconds(60)) { index, draft in
            let body = Array(#"{"event_id": \#(outboxIDs[index]), "execution_id": 1}"#.utf8)
            try body.withUnsafeBytes { try draft.begin(subject: "\(prefix).events", body: $0) }
            draft.addHeader("Noetl-Outbox-Id", outboxIDs[index])
        }
        for outcome in outcomes {
            guard case .acknowledged = outcome else {
                Issue.record("\(outcome)")
                return
            }
        }
    }

    /// Deletes a message.
    ///
    /// The answer is no PubAck and so ends as an error that says nothing; it comes after the request took effect.
    func deleteMessage(_ sequence: Int) async throws {
        let api = "$JS.API.STREAM.MSG.DELETE.\(self.name)"
        _ = try await self.connection.makePublisher()
            .publish(1, timeout: .seconds(60)) { _, draft in
                let body = Array(#"{"seq": \#(sequence)}"#.utf8)
                try body.withUnsafeBytes { try draft.begin(subject: api, body: $0) }
            }
    }

    /// Makes a consumer and has it acknowledge the first so many messages.
    func makeConsumer(_ consumer: String, acknowledging count: Int) async throws {
        try await self.connection.addConsumer(ConsumerConfiguration(name: consumer), stream: self.name)
        let puller = try await self.connection.makePuller(stream: self.name, consumer: consumer)
        var missing = count
        while missing > 0 {
            let messages = try await puller.pull(limit: missing, wait: .seconds(60))
            missing -= messages.count
            try messages.acknowledgeAll()
        }
        // The server takes note of acknowledgements in its own time.
        while case let info = try await self.connection.consumerInfo(stream: self.name, consumer: consumer),
            info?.acknowledgedSequence ?? 0 < UInt64(count)
        {
            try await Task.sleep(for: .milliseconds(5))
        }
    }
}
