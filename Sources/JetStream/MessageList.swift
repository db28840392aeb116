import CLibNATS

/// Messages that came from a consumer, destroyed with the last reference to the list.
///
/// Sharing is safe for answering: what it reads of a message, its reply subject, never changes, and libnats allows
/// publishing from any thread. All else about a message is for one task at a time.
final class MessageList: Sendable {
    nonisolated(unsafe) let pointers: [OpaquePointer]
    private let connection: ConnectionHandle

    init(adopting pointers: [OpaquePointer], from connection: ConnectionHandle) {
        self.pointers = pointers
        self.connection = connection
    }

    deinit { for pointer in self.pointers { natsMsg_Destroy(pointer) } }

    /// Answers the server, which waits for the answer on a subject of its own for each message
    /// (https://docs.nats.io/reference/reference-protocols/nats_api_reference#acknowledging-messages).
    func answer(_ index: Int, _ answer: MessageAnswer) throws {
        try answer.send(for: self.pointers[index], on: self.connection)
    }
}
