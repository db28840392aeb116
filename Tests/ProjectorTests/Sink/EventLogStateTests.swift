import InMemoryLogging
import Logging
import ServiceRuntime
import Testing

@testable import Projector

struct EventLogStateTests {
    private struct Failure: Error {}

    @Test
    func `those who reach the event log do not speak for one who does not, and nothing is said twice`() {
        let log = InMemoryLogHandler()
        let health = Health(logger: Logger(label: "tests") { _ in log })
        let state = EventLogState(health.addDependency("internal-api"))
        let (first, second) = (health.addHeartbeat("worker-0"), health.addHeartbeat("worker-1"))
        state.reportUp(second)
        for _ in 0..<3 {
            state.reportDown(Failure(), first)
            state.reportUp(second)
        }
        #expect(!health.readinessFaults.isEmpty)
        state.reportUp(first)
        #expect(health.readinessFaults.isEmpty)
        let said = log.entries.map { "\($0.message)" }
        #expect(said == ["Dependency is up", "Dependency is down, trying again", "Dependency is up"])
    }
}
