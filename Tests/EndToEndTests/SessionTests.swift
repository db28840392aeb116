import Foundation
import LocalServers
import Postgres
import Schema
import Subprocess
import TestSupport
import Testing

/// Connections that end, one of a worker's two at a time.
@Suite(.timeLimit(.minutes(10)))
struct SessionTests {
    @Test func `a worker that loses one of its connections keeps none of the old ones`() async throws {
        try await Relay.withOwnServers { relay, postgres, nats in
            let connection = try await relay.connect()
            try await Migrator(connection, logger: .quiet).migrate()
            let end = try await RelayProcess.run("outbox-publisher", environment: relay.environment()) { publisher in
                try await Self.publishOne(1, relay)
                let before = Self.sockets(publisher)
                let rounds = 5
                for round in 2...rounds + 1 {
                    try await connection.query(
                        """
                        SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                        WHERE application_name = 'outbox-publisher'
                        """
                    )
                    try await Self.publishOne(round, relay)
                }
                // Each round would leave one of each worker; some come and go by themselves.
                try await eventually { Self.sockets(publisher) < before + rounds }
            }
            #expect(end.status == .exited(0), "\(end.log)")
        }
    }

    private static func publishOne(_ event: Int, _ relay: Relay) async throws {
        try await relay.commit(1, firstEvent: event)
        try await eventually { try await relay.rows("PUBLISHED") == Int64(event) }
    }

    private static func sockets(_ process: RelayProcess) -> Int {
        let folder = "/proc/\(process.id)/fd"
        let descriptors = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return descriptors.count {
            (try? FileManager.default.destinationOfSymbolicLink(atPath: "\(folder)/\($0)"))?.hasPrefix("socket:")
                == true
        }
    }
}
