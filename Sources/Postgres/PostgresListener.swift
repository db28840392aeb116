package import Logging
import Waiting

/// Listens to a channel on a connection of its own, for as long as it is run.
package struct PostgresListener: Sendable {
    private let configuration: PostgresConfiguration
    private let channel: String
    private let logger: Logger

    /// Creates a listener.
    ///
    /// Connects to nothing yet.
    ///
    /// - Parameters:
    ///   - configuration: Where to connect to.
    ///   - channel: The channel's name.
    ///   - logger: Told when listening becomes impossible.
    package init(_ configuration: PostgresConfiguration, channel: String, logger: Logger) {
        self.configuration = configuration
        self.channel = channel
        self.logger = logger
    }

    /// Calls `wake` once for each notification, and once after each time listening began, since what was notified
    /// before that was missed.
    ///
    /// A notification is a hint only: a listener whose database is away tries again with growing pauses and says
    /// nothing, because whoever works with the database says it. Behind a pooler, which would hand our session to
    /// another client, it says so once and returns.
    ///
    /// - Throws: `CancellationError` when the task is cancelled.
    package func run(_ wake: () -> Void) async throws {
        // One thread for the connection and for who is told, so that telling wakes no other first.
        let executor = QueueExecutor(label: "postgres.listener")
        try await withTaskExecutorPreference(executor) { try await self.run(on: executor, wake) }
    }

    private func run(on executor: QueueExecutor, _ wake: () -> Void) async throws {
        var backoff = RetryBackoff(maximum: .seconds(10))
        while true {
            do {
                let connection = try await PostgresConnection.connect(
                    self.configuration,
                    logger: self.logger,
                    on: executor
                )
                guard await !connection.isPooled else {
                    self.logger.notice("A pooler is in front of the database: polling without LISTEN")
                    return
                }
                try await connection.listen(to: self.channel)
                backoff.reset()
                wake()
                while true {
                    if try await connection.nextNotification(deadline: .never) != nil { wake() }
                }
            } catch is PostgresError {
                try await Task.sleep(for: backoff.next())
            }
        }
    }
}
