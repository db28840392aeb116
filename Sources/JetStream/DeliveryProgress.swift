/// Tells the server that delivered messages are still being worked on.
///
/// For another task than the one that works on them.
package struct DeliveryProgress: Sendable {
    private let messages: MessageList

    init(_ messages: MessageList) {
        self.messages = messages
    }

    /// Has the time for acknowledging the messages begin anew.
    ///
    /// - Throws: ``NATSError`` where the connection is gone; the messages are then delivered again.
    package func signal() throws {
        for index in self.messages.pointers.indices { try self.messages.answer(index, .inProgress) }
    }
}
