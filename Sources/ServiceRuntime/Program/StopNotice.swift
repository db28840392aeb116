import ServiceLifecycle

/// Makes `/readyz` say that the process is stopping from the moment it is asked to, and ends then.
struct StopNotice: Service {
    let health: Health

    func run() async throws {
        try await withGracefulShutdownHandler {
            try await gracefulShutdown()
        } onGracefulShutdown: {
            self.health.beginStopping()
        }
    }
}
