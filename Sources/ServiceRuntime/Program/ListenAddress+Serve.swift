package import Hummingbird
package import HummingbirdCore
import Logging
import NIOCore
import ServiceLifecycle

extension ListenAddress {
    /// Serves a router at this address until the process stops.
    ///
    /// - Parameters:
    ///   - responder: The router.
    ///   - server: How its connections are made.
    ///   - maximumConnections: How many connections are accepted at a time; the others wait in the system's queue.
    ///   - context: The program's context; its logger is told the address when it is listened on.
    /// - Throws: ``ListenError`` where the address cannot be had.
    package func serve<Builder: HTTPResponderBuilder>(
        _ responder: Builder,
        server: HTTPServerBuilder = .http1(),
        maximumConnections: Int? = nil,
        context: ServiceContext
    ) async throws where Builder.Responder.Context: InitializableFromSource<ApplicationRequestContextSource> {
        let logger = context.logger
        // Hummingbird has its own words for what the line below says, and they differ from text to JSON.
        var quiet = Logger(label: "hummingbird")
        quiet.logLevel = max(.warning, logger.logLevel)
        let application = Application(
            router: responder,
            server: server,
            configuration: .init(
                address: .hostname(self.host, port: self.port),
                serverName: nil,
                availableConnectionsDelegate: maximumConnections.map { limit in
                    MaximumAvailableConnections(limit, logger: quiet)
                }
            ),
            onServerRunning: { channel in
                let address = channel.localAddress.map { "\($0.ipAddress ?? self.host):\($0.port ?? self.port)" }
                logger.info("Listening", metadata: [LogKey.address: "\(address ?? "")"])
            },
            logger: quiet
        )
        do {
            try await application.run()
        } catch let error as IOError {
            throw ListenError(address: self, reason: "\(error)")
        }
    }
}
