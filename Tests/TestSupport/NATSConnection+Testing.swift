package import JetStream

/// Returns when the closure that `register` is given has been called.
private func wait(register: (@escaping @Sendable () -> Void) -> Void) async {
    let (ends, end) = AsyncStream<Void>.makeStream()
    register { end.finish() }
    for await _ in ends {}
}

extension NATSConnection {
    /// Returns when the connection has ended.
    package nonisolated func waitUntilClosed() async {
        await wait { self.onClose($0) }
    }

    /// Makes a consumer on the running test's stream and a puller for it.
    package nonisolated func makeScratchPuller(
        acknowledgementWait: Duration = .seconds(60)
    ) async throws -> JetStreamPuller {
        let consumer = ConsumerConfiguration(name: ScratchStream.consumer, acknowledgementWait: acknowledgementWait)
        try await self.addConsumer(consumer, stream: ScratchStream.name)
        return try await self.makePuller(stream: ScratchStream.name, consumer: ScratchStream.consumer)
    }

    /// Publishes one text and awaits its PubAck.
    @discardableResult
    package nonisolated func publish(
        _ text: String,
        to subject: String,
        id: String? = nil
    ) async throws -> PublishOutcome {
        let outcomes = try await self.makePublisher().publish(1, timeout: .seconds(60)) { _, draft in
            try draft.write(text, to: subject, id: id)
        }
        return outcomes[0]
    }

    /// Sends a request to JetStream's own API, such as `CONSUMER.DELETE.stream.consumer`.
    ///
    /// The answer is no PubAck and so ends as an error that says nothing; it comes after the request took effect.
    package nonisolated func request(_ api: String, body: String = "") async throws {
        try await self.publish(body, to: "$JS.API.\(api)")
    }
}

extension JetStreamPublisher {
    /// Returns when the connection has ended.
    package nonisolated func waitUntilClosed() async {
        await wait { self.onClose($0) }
    }
}

extension MessageDraft {
    /// Writes a message with a text as its body.
    package mutating func write(_ text: String, to subject: String, id: String? = nil) throws {
        try Array(text.utf8).withUnsafeBytes { try self.begin(subject: subject, body: $0) }
        if let id { self.addHeader("Nats-Msg-Id", id) }
    }
}

extension DeliveredMessages {
    /// The bodies as texts.
    package var texts: [String] {
        (0..<self.count).map { index in self.withBody(index) { String(decoding: $0, as: UTF8.self) } }
    }
}

extension JetStreamPuller {
    /// Pulls until so many messages have come, and returns their bodies as texts.
    package nonisolated func texts(_ count: Int, limit: Int) async throws -> [String] {
        var texts: [String] = []
        while texts.count < count { texts += try await self.pull(limit: limit, wait: .seconds(60)).texts }
        return texts
    }
}
