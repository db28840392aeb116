import JetStream

/// The stream that is measured.
struct Broker: Sendable {
    let url: String
    let connection: NATSConnection

    init(url: String) async throws {
        self.url = url
        self.connection = try await NATSConnection.connect(NATSConfiguration(url: url, name: "bench"))
    }

    /// Makes the stream anew, empty and without memory of message ids.
    func reset() async throws {
        try await self.connection.deleteStream(Programs.stream)
        try await self.connection.addStream(
            StreamConfiguration(name: Programs.stream, subjects: ["\(Programs.prefix).>"])
        )
    }

    /// How many messages the stream holds.
    func messages() async throws -> Int {
        Int(try await self.connection.streamInfo(Programs.stream)?.messages ?? 0)
    }

    /// Returns once the stream holds so many messages.
    func waitForMessages(_ count: Int) async throws {
        while try await self.messages() < count { try await Task.sleep(for: .milliseconds(5)) }
    }

    /// Returns once a consumer has acknowledged so many messages, and no more wait.
    func waitForAcknowledgements(_ count: Int, by consumer: String) async throws {
        while true {
            if let info = try await self.connection.consumerInfo(stream: Programs.stream, consumer: consumer),
                info.pending == 0, info.acknowledgementsPending == 0, try await self.messages() >= count
            {
                return
            }
            try await Task.sleep(for: .milliseconds(5))
        }
    }
}
