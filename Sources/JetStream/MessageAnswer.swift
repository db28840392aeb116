import CLibNATS

/// What a consumer's server is told about a message that it delivered.
package enum MessageAnswer: String, Sendable {
    /// It is done with.
    case acknowledged = "+ACK"
    /// It is to be delivered again at once.
    case handedBack = "-NAK"
    /// It is being worked on: the time for acknowledging it begins anew.
    case inProgress = "+WPI"

    /// Sends the answer.
    ///
    /// - Throws: ``NATSError`` where the connection is gone.
    func send(for message: OpaquePointer, on connection: ConnectionHandle) throws {
        try check(natsConnection_PublishString(connection.pointer, natsMsg_GetReply(message), self.rawValue))
    }
}
