import LocalServers
import Postgres
import Schema
import Subprocess
import TestSupport
import Testing

/// Servers that are not there: at the start, and in the middle.
@Suite(.timeLimit(.minutes(10)))
struct OutageTests {
    @Test func `away at the start or in the middle, it is said once per change and work goes on`() async throws {
        try await Relay.withOwnServers { relay, postgres, nats in
            let connection = try await relay.connect()
            try await Migrator(connection, logger: .quiet).migrate()
            try await relay.commit(500)
            try await postgres.stop()
            try await nats.stop()
            try await self.runThroughOutages(relay, postgres, nats)
        }
    }

    private func runThroughOutages(_ relay: Relay, _ postgres: LocalPostgres, _ nats: LocalNATS) async throws {
        let publisher = try await RelayProcess.run("outbox-publisher", environment: relay.environment()) { publisher in
            let projector = try await RelayProcess.run("projector", environment: relay.environment()) { projector in
                func bothSay(_ dependency: String, _ state: String, _ times: Int) async throws {
                    try await eventually(within: .seconds(60), "\(dependency) \(state) for the \(times). time") {
                        [publisher, projector].allSatisfy { $0.log.count(dependency, state) >= times }
                    }
                }
                try await bothSay("postgres", "down", 1)
                try await bothSay("nats", "down", 1)
                try await postgres.start()
                try await nats.start()
                try await bothSay("postgres", "up", 1)
                try await bothSay("nats", "up", 1)
                try await eventually { try await relay.events() == 500 }

                try await nats.stop(kill: true)
                try await bothSay("nats", "down", 2)
                try await relay.commit(500, firstEvent: 501)
                try await nats.start()
                try await eventually { try await relay.events() == 1000 }

                try await postgres.stop()
                try await bothSay("postgres", "down", 2)
                try await postgres.start()
                try await relay.commit(500, firstEvent: 1001)
                try await eventually { try await relay.events() == 1500 }
                try await bothSay("postgres", "up", 2)
                try await bothSay("nats", "up", 2)
            }
            self.expectTwoOutages(projector)
        }
        self.expectTwoOutages(publisher)
        let streamed = try await relay.streamedEvents()
        #expect(streamed.values.map(\.count).reduce(0, +) == 1500)
        #expect(streamed.values.allSatisfy { $0 == $0.sorted() })
    }

    private func expectTwoOutages(_ end: RelayProcess.End) {
        #expect(end.status == .exited(0))
        for dependency in ["postgres", "nats"] {
            // By turns; one whose attempt ends late may say again that the server is away.
            let lines = end.log.filter { $0.contains("dependency=\(dependency)") && $0.contains("Dependency is ") }
            let states = lines.map { $0.contains("Dependency is up") }
            #expect(states == states.indices.map { !$0.isMultiple(of: 2) }, "\(dependency): \(end.log)")
            #expect(4...8 ~= states.count, "\(dependency): \(end.log)")
        }
    }
}

extension [String] {
    /// How many lines say that a dependency is in a state now.
    fileprivate func count(_ dependency: String, _ state: String) -> Int {
        self.count { $0.contains("dependency=\(dependency)") && $0.contains("Dependency is \(state)") }
    }
}
