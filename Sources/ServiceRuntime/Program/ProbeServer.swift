import Hummingbird
import Logging
import ServiceLifecycle

/// The HTTP server of a program that serves nothing but its probes and metrics.
package struct ProbeServer: Service {
    private let address: ListenAddress
    private let context: ServiceContext

    /// Creates a server.
    ///
    /// Listens to nothing yet.
    package init(_ address: ListenAddress, _ context: ServiceContext) {
        self.address = address
        self.context = context
    }

    /// Serves until the process stops.
    ///
    /// - Throws: ``ListenError`` where the address cannot be had.
    package func run() async throws {
        let router = Router()
        ProbeRoutes(health: self.context.health, registry: self.context.registry).add(to: router)
        try await self.address.serve(router, context: self.context)
    }
}
