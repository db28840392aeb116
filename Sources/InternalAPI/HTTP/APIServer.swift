import ServiceLifecycle
import ServiceRuntime

/// The program's HTTP server.
struct APIServer: Service {
    let address: ListenAddress
    let responder: APIResponder
    let context: ServiceContext

    /// Serves until the process stops.
    ///
    /// - Throws: `ListenError` where the address cannot be had.
    func run() async throws {
        try await self.address.serve(self.responder, context: self.context)
    }
}
