import CLibNATS

/// Messages pulled from a consumer.
///
/// Owns them until it goes away.
///
/// Not sendable: libnats reads a message's headers lazily, so one task at a time may look.
package final class DeliveredMessages {
    private var list: natsMsgList
    // libnats does not keep it for the messages, and acknowledging one goes through it.
    private let subscription: PullSubscription

    init(adopting list: natsMsgList, from subscription: PullSubscription) {
        self.list = list
        self.subscription = subscription
    }

    deinit { natsMsgList_Destroy(&self.list) }

    /// How many there are.
    package var count: Int { Int(self.list.Count) }

    /// Whether there are none.
    package var isEmpty: Bool { self.count == 0 }

    /// Lends the body of a message, without a copy.
    package func withBody<R>(_ index: Int, _ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R {
        let message = self.list.Msgs[index]
        let length = Int(natsMsg_GetDataLength(message))
        return try body(UnsafeRawBufferPointer(start: natsMsg_GetData(message), count: length))
    }

    /// The subject a message was published to.
    package func subject(_ index: Int) -> String {
        natsMsg_GetSubject(self.list.Msgs[index]).map { String(cString: $0) } ?? ""
    }

    /// The value of a header of a message, or `nil` where it has none of this name.
    package func header(_ name: String, of index: Int) -> String? {
        var value: UnsafePointer<CChar>?
        guard natsMsgHeader_Get(self.list.Msgs[index], name, &value) == NATS_OK else { return nil }
        return value.map { String(cString: $0) }
    }

    /// The sequence of a message in its stream.
    package func streamSequence(_ index: Int) -> UInt64 {
        var data: UnsafeMutablePointer<jsMsgMetaData>?
        guard natsMsg_GetMetaData(&data, self.list.Msgs[index]) == NATS_OK, let data else { return 0 }
        defer { jsMsgMetaData_Destroy(data) }
        return data.pointee.Sequence.Stream
    }

    /// Acknowledges a message: it is not delivered again.
    ///
    /// - Throws: ``NATSError`` where the connection is gone; the message is then delivered again.
    package func acknowledge(_ index: Int) throws {
        try check(natsMsg_Ack(self.list.Msgs[index], nil))
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
        for index in 0..<self.count { try check(natsMsg_Nak(self.list.Msgs[index], nil)) }
    }
}
