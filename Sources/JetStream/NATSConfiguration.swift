/// Where NATS is and how to connect to it.
package struct NATSConfiguration: Sendable {
    /// One or more `nats://` or `tls://` URLs, separated by commas.
    ///
    /// They may hold a user, a password or a token.
    package var url: String
    /// What the server calls this connection.
    package var name: String
    /// A credentials file (JWT and seed).
    package var credentialsFile: String?
    /// The certificate authorities to trust; makes the connection use TLS.
    package var certificateAuthorityFile: String?
    /// The client's certificate, with ``keyFile``.
    package var certificateFile: String?
    /// The private key of the client's certificate.
    package var keyFile: String?
    /// How long connecting may take.
    package var connectTimeout: Duration
    /// How long the server's, or JetStream's, answer to a request may take; a PubAck has a limit of its own.
    package var requestTimeout: Duration
    /// How often the server, or that of a publisher's connection the system that it runs on, is asked whether it is still
    /// there; two missing answers end the connection.
    package var pingInterval: Duration

    /// Creates a configuration.
    package init(
        url: String,
        name: String,
        connectTimeout: Duration = .seconds(3),
        requestTimeout: Duration = .seconds(5),
        pingInterval: Duration = .seconds(10)
    ) {
        self.url = url
        self.name = name
        self.connectTimeout = connectTimeout
        self.requestTimeout = requestTimeout
        self.pingInterval = pingInterval
    }
}
