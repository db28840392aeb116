import Synchronization
import Testing

@testable import LocalServers

@Suite(.timeLimit(.minutes(10)))
struct SharedLocalServersTests {
    @Test
    func `all who ask at the same time get the same servers`() async throws {
        async let one = SharedLocalServers.postgres()
        async let other = SharedLocalServers.postgres()
        async let nats = SharedLocalServers.nats()
        let isSamePostgres = try await one === other
        #expect(isSamePostgres)
        let isSameNATS = try await nats === SharedLocalServers.nats()
        #expect(isSameNATS)
    }

    @Test
    func `after a failure the next to ask makes another attempt`() async throws {
        struct Failure: Error {}
        let attempts = Mutex(0)
        let once = StartedOnce {
            let attempt = attempts.withLock { count in
                count += 1
                return count
            }
            if attempt == 1 { throw Failure() }
            return attempt
        }
        await #expect(throws: Failure.self) { try await once.value() }
        #expect(try await once.value() == 2)
        #expect(try await once.value() == 2)
    }
}
