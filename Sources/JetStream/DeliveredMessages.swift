import CLibNATS
import Glibc

/// Messages pulled from a consumer.
///
/// Owns them until it goes away.
///
/// Not sendable: libnats reads a message's headers lazily, so one task at a time may look.
package final class DeliveredMessages {
    private let messages: MessageList

    init(adopting messages: [OpaquePointer], from connection: ConnectionHandle) {
        self.messages = MessageList(adopting: messages, from: connection)
    }

    /// How many there are.
    package var count: Int { self.messages.pointers.count }

    /// Whether there are none.
    package var isEmpty: Bool { self.count == 0 }

    /// What tells the server that they are being worked on.
    package var progress: DeliveryProgress { DeliveryProgress(self.messages) }

    /// Lends the body of a message, without a copy.
    package func withBody<R>(_ index: Int, _ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R {
        let message = self.messages.pointers[index]
        let length = Int(natsMsg_GetDataLength(message))
        return try body(UnsafeRawBufferPointer(start: natsMsg_GetData(message), count: length))
    }

    /// The subject a message was published to.
    package func subject(_ index: Int) -> String {
        self.withSubject(index) { String(decoding: $0, as: UTF8.self) }
    }

    /// Lends the bytes of the subject a message was published to, without a copy.
    package func withSubject<R>(_ index: Int, _ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R {
        let subject = natsMsg_GetSubject(self.messages.pointers[index])
        return try body(UnsafeRawBufferPointer(start: subject, count: subject.map { strlen($0) } ?? 0))
    }

    /// The value of a header of a message, or `nil` where it has none of this name.
    package func header(_ name: String, of index: Int) -> String? {
        var value: UnsafePointer<CChar>?
        guard natsMsgHeader_Get(self.messages.pointers[index], name, &value) == NATS_OK else { return nil }
        return value.map { String(cString: $0) }
    }

    /// The headers of a message as NATS sends them, lines of `name: value`, or `nil` where it has none.
    package func headers(of index: Int) -> [UInt8]? {
        let message = self.messages.pointers[index]
        var keys: UnsafeMutablePointer<UnsafePointer<CChar>?>?
        var keyCount: Int32 = 0
        guard natsMsgHeader_Keys(message, &keys, &keyCount) == NATS_OK, let keys else { return nil }
        defer { free(keys) }
        var lines: [UInt8] = []
        for key in UnsafeBufferPointer(start: keys, count: Int(keyCount)).compactMap({ $0 }) {
            var values: UnsafeMutablePointer<UnsafePointer<CChar>?>?
            var valueCount: Int32 = 0
            guard natsMsgHeader_Values(message, key, &values, &valueCount) == NATS_OK, let values else { continue }
            defer { free(values) }
            for value in UnsafeBufferPointer(start: values, count: Int(valueCount)).compactMap({ $0 }) {
                lines += UnsafeRawBufferPointer(start: key, count: strlen(key))
                lines += ": ".utf8
                lines += UnsafeRawBufferPointer(start: value, count: strlen(value))
                lines += "\r\n".utf8
            }
        }
        return lines
    }

    /// The sequence of a message in its stream; 0 where the server does not say.
    package func streamSequence(_ index: Int) -> UInt64 {
        self.position(index)?.sequence ?? 0
    }

    /// Where a message is in its stream; `nil` where the server does not say.
    package func position(_ index: Int) -> StreamPosition? {
        let reply = natsMsg_GetReply(self.messages.pointers[index]).map { String(cString: $0) }
        return reply.flatMap { AcknowledgementSubject($0)?.position }
    }

    /// Acknowledges a message: it is not delivered again.
    ///
    /// - Throws: ``NATSError`` where the connection is gone; the message is then delivered again.
    package func acknowledge(_ index: Int) throws {
        try self.messages.answer(index, .acknowledged)
    }

    /// Acknowledges all messages.
    ///
    /// - Throws: ``NATSError`` where the connection is gone; the messages are then delivered again.
    package func acknowledgeAll() throws {
        for index in 0..<self.count { try self.acknowledge(index) }
    }

    /// Answers for each message.
    ///
    /// - Parameter answers: The answer for each, in order; a message without one is delivered again after the consumer's
    ///   wait.
    /// - Throws: ``NATSError`` where the connection is gone; the messages are then delivered again.
    package func answer(with answers: [MessageAnswer?]) throws {
        for (index, answer) in answers.enumerated() {
            if let answer { try self.messages.answer(index, answer) }
        }
    }

    /// Hands all messages back: they are delivered again at once, to whoever pulls.
    ///
    /// - Throws: ``NATSError`` where the connection is gone; the messages are then delivered again after the consumer's
    ///   wait.
    package func handBackAll() throws {
        for index in 0..<self.count { try self.messages.answer(index, .handedBack) }
    }
}
