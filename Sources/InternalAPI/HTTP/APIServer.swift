import ServiceLifecycle
import ServiceRuntime

/// The program's HTTP server.
struct APIServer: Service {
    let address: ListenAddress
    let responder: APIResponder
    let limits: ConnectionLimits
    let context: ServiceContext

    /// Serves until the process stops.
    ///
    /// - Throws: `ListenError` where the address cannot be had.
    func run() async throws {
        try await self.address.serve(
            self.responder,
            server: self.limits.server(ConnectionCount()),
            maximumConnections: self.limits.acceptedConnections,
            context: self.context
        )
    }
}
