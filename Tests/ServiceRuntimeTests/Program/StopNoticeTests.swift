import Logging
import ServiceLifecycle
import Synchronization
import Testing

@testable import ServiceRuntime

struct StopNoticeTests {
    /// A service that sees, when it is told to stop, what `/readyz` says.
    private final class Worker: Service {
        let health: Health
        let faults = Mutex<[String]>([])

        init(_ health: Health) {
            self.health = health
        }

        func run() async throws {
            try await gracefulShutdown()
            self.faults.withLock { $0 = self.health.readinessFaults.map(\.fault) }
        }
    }

    @Test func `a process is not ready while what it does comes to an end, which it does in order`() async throws {
        let logger = Logger(label: "tests")
        let health = Health(logger: logger)
        let workers = [Worker(health), Worker(health)]
        let services = ServiceProgram.services(workers.map { .init(service: $0) }, health: health)
        let group = ServiceGroup(configuration: ServiceGroupConfiguration(services: services, logger: logger))
        await group.triggerGracefulShutdown()
        try await group.run()
        for worker in workers { #expect(worker.faults.withLock { $0 } == ["stopping"]) }
    }
}
