import CLibNATS
import Waiting

/// A request for messages of a consumer (the API `CONSUMER.MSG.NEXT`).
///
/// The server sends what there is and what comes until the limit or the expiry is reached, and says when it has
/// expired. A request with "no wait" would end with what there is, but nats-server 2.9.10 at times forgets such a
/// request half way, without a status, when the stream is written to meanwhile.
struct PullRequest: Sendable {
    /// The most messages to send.
    var limit: Int
    /// How long it waits for messages.
    var lifetime: Duration
    /// The most bytes to send, subjects and headers included; `nil` for any number.
    var maximumBytes: Int?

    /// The request's body.
    private var json: String {
        let bytes = self.maximumBytes.map { ",\"max_bytes\":\($0)" } ?? ""
        return "{\"batch\":\(self.limit),\"expires\":\(self.lifetime.wholeNanoseconds)\(bytes)}"
    }

    /// Sends it.
    ///
    /// - Parameters:
    ///   - subject: The consumer's subject for requests.
    ///   - inbox: Where messages and status go.
    ///   - connection: The connection to send it by.
    /// - Throws: ``NATSError``: the connection is gone.
    func send(to subject: String, inbox: String, on connection: ConnectionHandle) throws {
        let json = self.json
        try check(
            natsConnection_PublishRequest(connection.pointer, subject, inbox, json, Int32(json.utf8.count))
        )
    }
}
