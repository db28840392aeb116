import CLibNATS
import Glibc
import Waiting

/// The `natsOptions` of a connection, from our configuration.
final class ConnectionOptions {
    /// How long a server may take nothing of a write.
    private static let writeDeadline = Duration.seconds(10)

    private let options: OpaquePointer

    init(_ configuration: NATSConfiguration) throws {
        var created: OpaquePointer?
        let status = natsOptions_Create(&created)
        guard status == NATS_OK, let created else { throw NATSError(status) }
        self.options = created
        try self.setServers(configuration)
        try self.setSecurity(configuration)
        try self.check(natsOptions_SetName(self.options, configuration.name))
        try self.check(natsOptions_SetTimeout(self.options, configuration.connectTimeout.wholeMilliseconds))
        try self.check(natsOptions_SetPingInterval(self.options, configuration.pingInterval.wholeMilliseconds))
        try self.check(natsOptions_SetMaxPingsOut(self.options, 2))
        // Without one a server that is gone without a word blocks the writer, and with it the pings of all connections.
        try self.check(natsOptions_SetWriteDeadline(self.options, Self.writeDeadline.wholeMilliseconds))
        // A connection that libnats resumed by itself would send again, out of order, what it had buffered. Ours ends,
        // and its owner decides what of its messages goes out once more.
        try self.check(natsOptions_SetAllowReconnect(self.options, false))
        // libnats would print errors that come outside a call, such as a refused subscription, on standard error.
        try self.check(natsOptions_SetErrorHandler(self.options, { _, _, _, _ in }, nil))
    }

    deinit { natsOptions_Destroy(self.options) }

    func onClosed(_ closure: UnsafeMutableRawPointer?, _ callback: natsConnectionHandler) {
        natsOptions_SetClosedCB(self.options, callback, closure)
    }

    /// Leaves the socket to a ``PolledSocket``, and what libnats' own pings are for to the system's.
    ///
    /// - Parameter closure: What stands for it in callbacks.
    /// - Throws: ``NATSError``.
    func setEventLoop(_ closure: UnsafeMutableRawPointer?) throws {
        try self.check(PolledSocket.setEventLoop(self.options, closure))
        try self.check(natsOptions_SetPingInterval(self.options, 0))
    }

    /// Connects; the caller owns the connection.
    func connect() throws -> OpaquePointer {
        var connection: OpaquePointer?
        let status = natsConnection_Connect(&connection, self.options)
        guard status == NATS_OK, let connection else {
            var error = NATSError(status)
            error.code = .connectionFailed
            throw error
        }
        return connection
    }

    private func setServers(_ configuration: NATSConfiguration) throws {
        let urls = configuration.url.split(separator: ",").map { strdup(String($0)) }
        defer { for url in urls { free(url) } }
        var servers = urls.map { UnsafePointer<CChar>($0) }
        try self.check(natsOptions_SetServers(self.options, &servers, Int32(servers.count)))
    }

    private func setSecurity(_ configuration: NATSConfiguration) throws {
        if let file = configuration.credentialsFile {
            try self.check(natsOptions_SetUserCredentialsFromFiles(self.options, file, nil))
        }
        if let file = configuration.certificateAuthorityFile {
            try self.check(natsOptions_SetSecure(self.options, true))
            try self.check(natsOptions_LoadCATrustedCertificates(self.options, file))
        }
        if let certificate = configuration.certificateFile, let key = configuration.keyFile {
            try self.check(natsOptions_SetSecure(self.options, true))
            try self.check(natsOptions_LoadCertificatesChain(self.options, certificate, key))
        }
    }

    private func check(_ status: natsStatus) throws {
        guard status != NATS_OK else { return }
        var error = NATSError(status)
        error.code = .invalidConfiguration
        throw error
    }
}
