import CLibNATS
import Waiting

/// The `natsSubscription` of a puller.
///
/// Sharing is safe: libnats guards a subscription with a lock of its own. Messages hold it, because acknowledging one
/// goes through the subscription that it came by; it holds the context, which must be destroyed after it.
final class PullSubscription: Sendable {
    private let context: JetStreamContext
    private let stream: String
    private let consumer: String
    private nonisolated(unsafe) let pointer: OpaquePointer

    init(_ context: JetStreamContext, stream: String, consumer: String) throws {
        self.context = context
        self.stream = stream
        self.consumer = consumer
        self.pointer = try stream.withCString { stream in
            try consumer.withCString { consumer in
                var options = jsSubOptions()
                try check(jsSubOptions_Init(&options))
                options.Stream = stream
                options.Consumer = consumer
                var subscription: OpaquePointer?
                var code = jsErrCode(rawValue: 0)
                try check(js_PullSubscribe(&subscription, context.pointer, nil, nil, nil, &options, &code), code)
                guard let subscription else { throw NATSError(NATS_NO_MEMORY) }
                return subscription
            }
        }
    }

    deinit { natsSubscription_Destroy(self.pointer) }

    /// Pulls up to `limit` messages; see ``JetStreamPuller/pull(limit:wait:)``.
    ///
    /// Blocks.
    func fetch(limit: Int, wait: Duration) throws -> sending DeliveredMessages {
        var request = jsFetchRequest()
        try check(jsFetchRequest_Init(&request))
        request.Batch = Int32(clamping: limit)
        request.NoWait = true
        request.Expires = wait.wholeNanoseconds
        var list = natsMsgList()
        let status = natsSubscription_FetchRequest(&list, self.pointer, &request)
        let messages = DeliveredMessages(adopting: list, from: self)
        guard status == NATS_OK || status == NATS_TIMEOUT else { throw NATSError(status) }
        guard !messages.isEmpty || !self.context.connection.isClosed else {
            throw NATSError(.connectionClosed, "the connection ended")
        }
        // A request for messages of a consumer that does not exist is not refused, it is not answered.
        guard try !messages.isEmpty || self.hasConsumer() else {
            throw NATSError(.notFound, "the consumer was deleted")
        }
        return messages
    }

    /// Takes the messages that are here already, without asking the server for any.
    func takeQueued() throws -> DeliveredMessages? {
        var messages: Int32 = 0
        var bytes: Int32 = 0
        try check(natsSubscription_GetPending(self.pointer, &messages, &bytes))
        guard messages > 0 else { return nil }
        return try self.fetch(limit: Int(messages), wait: .milliseconds(20))
    }

    private func hasConsumer() throws -> Bool {
        try self.context.consumerInfo(stream: self.stream, consumer: self.consumer) != nil
    }
}
