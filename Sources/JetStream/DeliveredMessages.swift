import CLibNATS

/// Messages pulled from a consumer.
///
/// Owns them until it goes away.
///
/// Not sendable: libnats reads a message's headers lazily, so one task at a time may look.
package final class DeliveredMessages {
    private let messages: [OpaquePointer]
    private let connection: ConnectionHandle

    init(adopting messages: [OpaquePointer], from connection: ConnectionHandle) {
        self.messages = messages
        self.connection = connection
    }

    deinit { for message in self.messages { natsMsg_Destroy(message) } }

    /// How many there are.
    package var count: Int { self.messages.count }

    /// Whether there are none.
    package var isEmpty: Bool { self.count == 0 }

    /// Lends the body of a message, without a copy.
    package func withBody<R>(_ index: Int, _ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R {
        let message = self.messages[index]
        let length = Int(natsMsg_GetDataLength(message))
        return try body(UnsafeRawBufferPointer(start: natsMsg_GetData(message), count: length))
    }

    /// The subject a message was published to.
    package func subject(_ index: Int) -> String {
        natsMsg_GetSubject(self.messages[index]).map { String(cString: $0) } ?? ""
    }

    /// The value of a header of a message, or `nil` where it has none of this name.
    package func header(_ name: String, of index: Int) -> String? {
        var value: UnsafePointer<CChar>?
        guard natsMsgHeader_Get(self.messages[index], name, &value) == NATS_OK else { return nil }
        return value.map { String(cString: $0) }
    }

    /// The sequence of a message in its stream; 0 where the server does not say.
    package func streamSequence(_ index: Int) -> UInt64 {
        AcknowledgementSubject(self.replySubject(index))?.streamSequence ?? 0
    }

    /// Acknowledges a message: it is not delivered again.
    ///
    /// - Throws: ``NATSError`` where the connection is gone; the message is then delivered again.
    package func acknowledge(_ index: Int) throws {
        try self.answer(index, "+ACK")
    }

    /// Acknowledges all messages.
    ///
    /// - Throws: ``NATSError`` where the connection is gone; the messages are then delivered again.
    package func acknowledgeAll() throws {
        for index in 0..<self.count { try self.acknowledge(index) }
    }

    /// Hands all messages back: they are delivered again at once, to whoever pulls.
    ///
    /// - Throws: ``NATSError`` where the connection is gone; the messages are then delivered again after the consumer's
    ///   wait.
    package func handBackAll() throws {
        for index in 0..<self.count { try self.answer(index, "-NAK") }
    }

    /// Answers the server, which waits for the answer on a subject of its own for each message
    /// (https://docs.nats.io/reference/reference-protocols/nats_api_reference#acknowledging-messages).
    private func answer(_ index: Int, _ answer: String) throws {
        try check(
            natsConnection_PublishString(self.connection.pointer, natsMsg_GetReply(self.messages[index]), answer)
        )
    }

    private func replySubject(_ index: Int) -> String {
        natsMsg_GetReply(self.messages[index]).map { String(cString: $0) } ?? ""
    }
}
