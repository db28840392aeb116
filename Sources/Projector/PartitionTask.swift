import Logging
import Postgres
import Schema
import ServiceLifecycle
import ServiceRuntime
import Waiting

/// Looks after the partitions of `noetl.event` now and then; of several projectors one does.
struct PartitionTask: Service {
    /// Quarters are long: an hour is often enough, and soon enough after what kept one from being made is mended.
    private static let interval = Duration.seconds(3600)
    /// How soon it is tried again where the database is away.
    private static let maximumPause = Duration.seconds(60)
    /// Moving so many rows locks the default partition for about a second, beside the time in which the server reads it.
    private static let maximumMove = 100_000

    let pool: PostgresPool
    let retention: Duration?
    let logger: Logger

    func run() async throws {
        try? await cancelWhenGracefulShutdown {
            var backoff = RetryBackoff(maximum: Self.maximumPause)
            var said: Set<String> = []
            while true {
                do {
                    try await self.runOnce(&said)
                    backoff.reset()
                    // Replicas that start together need not all ask together.
                    try await Task.sleep(for: Self.interval * Double.random(in: 0.9...1))
                } catch let error as PostgresError {
                    // The workers report that the database is away; all else is said here.
                    if !error.isUnavailable { self.say("\(error)", unless: &said) }
                    try await Task.sleep(for: backoff.next())
                }
            }
        }
    }

    /// Makes and drops what is to be made and dropped.
    ///
    /// What cannot be done is said once, however often it is tried.
    func runOnce(_ said: inout Set<String>) async throws {
        let plan = try await self.pool.withConnection { connection in
            try await PartitionMaintainer(
                connection,
                retention: self.retention,
                maximumMove: Self.maximumMove,
                waits: false
            ).maintain()
        }
        for change in plan.changes {
            self.logger.info("Changed the partitions", metadata: [LogKey.partition: "\(change.name)"])
        }
        for remark in plan.remarks { self.say(remark, unless: &said) }
    }

    private func say(_ remark: String, unless said: inout Set<String>) {
        guard said.insert(remark).inserted else { return }
        self.logger.warning("Partitions need somebody", metadata: [LogKey.error: "\(remark)"])
    }
}
