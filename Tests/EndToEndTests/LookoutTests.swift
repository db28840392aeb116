import Glibc
import JetStream
import LocalServers
import Postgres
import Schema
import Subprocess
import TestSupport
import Testing

/// Commits that are heard of by the workers themselves.
@Suite(.timeLimit(.minutes(10)))
struct LookoutTests {
    /// Nobody looks for what was not announced before the test is over.
    private static let noLooks = ["NOETL_OUTBOX_PUBLISHER_IDLE_SLEEP_SECONDS": "60"]

    @Test func `while one worker waits for a broker that hangs, another hears of commits`() async throws {
        try await Relay.withOwnServers { relay, _, nats in
            let connection = try await relay.connect()
            try await Migrator(connection, logger: .quiet).migrate()
            let broker = try #require(nats.pid)
            let environment = relay.environment(Self.noLooks)
            var rounds = (all: 0, heard: 0)
            let end = try await RelayProcess.run("outbox-publisher", environment: environment) { _ in
                // A worker holds its row for five seconds, in which a busy machine may not get to see both: then again.
                while rounds.heard < 3, rounds.all < 10 {
                    rounds.all += 1
                    try await relay.commit(1, firstEvent: rounds.all * 10)
                    try await Self.published(rounds.all * 3 - 2, relay)
                    kill(broker, SIGSTOP)
                    var isHeard = true
                    for number in 1...2 {
                        // Of one execution each, so that none waits for another.
                        try await relay.commit(1, firstEvent: rounds.all * 10 + number)
                        if isHeard { isHeard = try await soon { try await relay.holders() == number } }
                    }
                    kill(broker, SIGCONT)
                    try await Self.published(rounds.all * 3, relay)
                    if isHeard { rounds.heard += 1 }
                }
            }
            #expect(end.status == .exited(0), "\(end.log)")
            #expect(rounds.heard == 3, "\(rounds)")
            let streamed = try await relay.streamedEvents()
            #expect(streamed.values.map(\.count).reduce(0, +) == rounds.all * 3)
        }
    }

    @Test(.scratchDatabase, .scratchStream)
    func `small commits are all heard of, with two publishers at once`() async throws {
        let relay = Relay.scratch
        let environment = relay.environment(Self.noLooks)
        let first = try await RelayProcess.run("outbox-publisher", environment: environment) { _ in
            let second = try await RelayProcess.run("outbox-publisher", environment: environment) { _ in
                for event in 1...300 { try await relay.commit(1, executions: 3, firstEvent: event) }
                try await Self.published(300, relay)
            }
            #expect(second.status == .exited(0), "\(second.log)")
        }
        #expect(first.status == .exited(0), "\(first.log)")
        for (_, events) in try await relay.streamedEvents() { #expect(events == events.sorted()) }
    }

    @Test(.scratchDatabase, .scratchStream, arguments: ["1000", "3"])
    func `what a batch has no room for goes with the next one`(batchSize: String) async throws {
        let relay = Relay.scratch
        let environment = relay.environment(Self.noLooks)
            .merging(["NOETL_OUTBOX_PUBLISHER_BATCH_SIZE": batchSize, "NOETL_OUTBOX_PUBLISHER_CONCURRENCY": "4"]) { $1 }
        let end = try await RelayProcess.run("outbox-publisher", environment: environment) { _ in
            try await relay.commit(1, firstEvent: 1)
            try await Self.published(1, relay)
            // One notification, and more lanes than one claim takes.
            try await relay.commit(60, executions: 60, firstEvent: 2)
            try await Self.published(61, relay)
        }
        #expect(end.status == .exited(0), "\(end.log)")
    }

    @Test(.scratchDatabase, .scratchStream)
    func `a row that was held back behind one that is parked goes at once`() async throws {
        let relay = Relay.scratch
        let environment = relay.environment(Self.noLooks)
        let end = try await RelayProcess.run("outbox-publisher", environment: environment) { _ in
            try await relay.commit(1, firstEvent: 1)
            try await Self.published(1, relay)
            try await OutboxSeed.insert(
                [
                    OutboxSeed(execution: 1, event: 2, subject: "no body", attempts: 4),
                    OutboxSeed(execution: 1, event: 3, subject: "nobody.listens", attempts: 19),
                    OutboxSeed(execution: 1, event: 4),
                ],
                on: relay.connect()
            )
            try await Self.published(2, relay)
            #expect(try await relay.rows("FAILED") == 2)
        }
        #expect(end.status == .exited(0), "\(end.log)")
    }

    /// Returns once so many rows are published, which nobody can have found by looking.
    private static func published(_ count: Int, _ relay: Relay) async throws {
        try await eventually(within: .seconds(30)) { try await relay.rows("PUBLISHED") == count }
    }
}
