import Waiting

/// Pulls messages from one consumer.
///
/// An actor on a queue of its own, because pulling blocks there until messages come. Several pullers on one consumer
/// share its messages.
package actor JetStreamPuller {
    private let executor = QueueExecutor(label: "nats.pull")
    private let subscription: PullSubscription

    /// The queue this puller blocks on.
    package nonisolated var unownedExecutor: UnownedSerialExecutor { self.executor.asUnownedSerialExecutor() }

    init(_ connection: ConnectionHandle, stream: String, consumer: String) throws {
        let context = try JetStreamContext(connection)
        self.subscription = try PullSubscription(context, stream: stream, consumer: consumer)
    }

    /// Pulls what is there, or waits for the first message where nothing is.
    ///
    /// A request that is both "no wait" and has an expiry is answered at once with what there is up to `limit`, and
    /// where there is nothing, with the first message to come: measured with nats-server 2.9.10 and libnats 3.4.1, where
    /// `natsSubscription_Fetch` waits for a full batch until it expires.
    ///
    /// - Parameters:
    ///   - limit: The most messages to return.
    ///   - wait: How long to wait for the first one. The call blocks for so long and cannot be cancelled.
    /// - Returns: The messages; none where none came.
    /// - Throws: ``NATSError``: the connection or the consumer is gone.
    package func pull(limit: Int, wait: Duration) throws -> sending DeliveredMessages {
        try self.subscription.fetch(limit: limit, wait: wait)
    }

    /// Hands back what the server sent and nobody pulled, for a puller that is not used any more.
    ///
    /// libnats stops waiting a little before the server stops sending, so a message can come in between. It would be
    /// delivered again only after the consumer's wait.
    ///
    /// - Throws: ``NATSError``: the connection is gone.
    package func handBackQueued() throws {
        try self.subscription.takeQueued()?.handBackAll()
    }
}
