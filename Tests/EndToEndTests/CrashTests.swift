import Foundation
import JetStream
import LocalServers
import Postgres
import Schema
import Subprocess
import TestSupport
import Testing

/// A projector that is killed again and again, and a database that goes away, with bad messages among the good ones.
///
/// `NOETL_RELAY_CRASH_MESSAGES` sets how many messages there are; with 200,000 or more the projector is killed every
/// second until all are projected.
@Suite(.timeLimit(.minutes(10)))
struct CrashTests {
    private static let count =
        ProcessInfo.processInfo.environment["NOETL_RELAY_CRASH_MESSAGES"].flatMap { Int($0) } ?? 20_000
    private static let isWhole = Self.count >= 200_000

    private static let messages = MixedMessages(count: Self.count)

    @Test func `every message is once in noetl.event or in the dead letters, and nothing is pending`() async throws {
        try await Self.messages.withServers { relay, postgres, broker in
            try await Self.project(relay, postgres, broker)
            try await Self.messages.expectEverythingOnce(relay)
        }
    }

    private static func project(_ relay: Relay, _ postgres: LocalPostgres, _ broker: NATSConnection) async throws {
        var kills = 0
        while try await Self.isToBeKilled(kills, broker) {
            let small = Self.isWhole ? [:] : ["NOETL_PROJECTOR_BATCH_SIZE": "100"]
            _ = try await RelayProcess.run("projector", environment: relay.environment(small), stop: .kill) { _ in
                if kills == 1 { try await postgres.stop(mode: .immediate) }
                if kills == 1 { try await postgres.start() }
                if Self.isWhole, kills == 3 { try await postgres.restart() }
                try await Task.sleep(for: .seconds(1))
            }
            kills += 1
        }
        // The database goes away in the second and in the fourth of them.
        #expect(kills >= (Self.isWhole ? 4 : 3))
        let end = try await RelayProcess.run("projector", environment: relay.environment()) { projector in
            try await eventually(within: .seconds(300)) { try await MixedMessages.isDone(broker) }
            // Before that it may not have learnt yet what to do when it is asked to stop.
            try await eventually { projector.log.contains { $0.contains("Dependency is up") } }
        }
        #expect(end.status == .exited(0))
    }

    private static func isToBeKilled(_ kills: Int, _ broker: NATSConnection) async throws -> Bool {
        guard Self.isWhole else { return kills < 3 }
        return try await !MixedMessages.isDone(broker)
    }
}
