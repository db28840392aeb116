import Logging
import Outbox
import Postgres
import ServiceLifecycle
import ServiceRuntime
import Waiting

/// Deletes published rows once they are older than they need be.
///
/// Of all publishers one does it, whoever has the advisory lock; the others look now and then whether it is free. Behind
/// a pooler, where no session is ours and so no lock is, each does it, which is harmless and only not needed.
struct OutboxRetention: Service {
    /// How many rows are looked at in one statement, which takes about 10 ms.
    private static let window: Int64 = 2000
    /// How much longer the pause after a statement is than the statement took: deleting has a tenth of a connection's
    /// time, so that publishing keeps the rest.
    private static let restFactor = 9
    /// The longest pause between two passes over the table.
    private static let longestPause = Duration.seconds(60)

    let settings: PublisherSettings
    let metrics: PublisherMetrics
    let logger: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                // Whoever works with the database says when it is away.
                try? await self.lead()
                try? await Task.sleep(for: self.pause)
            }
        }
    }

    /// A tenth of the retention, so that a row is deleted soon after its time, and a second at least.
    private var pause: Duration { min(Self.longestPause, max(.seconds(1), self.settings.retention / 10)) }

    /// Deletes for as long as the connection lasts; returns where another publisher does.
    private func lead() async throws {
        let connection = try await PostgresConnection.connect(self.settings.database, logger: self.logger)
        do {
            let repository = OutboxRepository(connection)
            var isOurs = await connection.isPooled
            while true {
                if !isOurs { isOurs = try await repository.lockRetention() }
                guard isOurs else { break }
                try await self.runPass(repository)
                try await Task.sleep(for: self.pause)
            }
        } catch {
            await connection.close()
            throw error
        }
        await connection.close()
    }

    /// Goes through the table once, as far as rows are old.
    func runPass(_ repository: OutboxRepository) async throws {
        var position: Int64? = .min
        while let start = position {
            let began = ContinuousClock.now
            let step = try await repository.deletePublished(
                olderThan: self.settings.retention,
                after: start,
                limit: Self.window
            )
            self.metrics.recordDeleted(step.deleted)
            position = step.lastID
            if position != nil { try await Task.sleep(for: (.now - began) * Self.restFactor) }
        }
    }
}
