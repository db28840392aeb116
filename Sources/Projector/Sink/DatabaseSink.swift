import EventLog
import JetStream
import Postgres

/// Events and dead letters of a batch in one transaction, over connections of our own.
struct DatabaseSink: EventSink {
    /// Counting so many dead letters takes a millisecond or two; more are as bad.
    private static let maximumCount = 10_000

    private let stream: String
    private let shard: Shard
    private let pool: PostgresPool
    private let projection: ProjectionService
    private let deadLetters: DeadLetterService

    init(pool: PostgresPool, settings: ProjectorSettings) {
        self.stream = settings.stream
        self.shard = settings.shard
        self.pool = pool
        self.projection = ProjectionService(pool: pool)
        self.deadLetters = DeadLetterService(pool: pool)
    }

    func store(
        _ messages: DeliveredMessages,
        _ progress: inout BatchProgress,
        onStep: @escaping @Sendable () -> Void
    ) async throws {
        let messages = OwnMessages(messages, from: self.stream, in: self.shard)
        progress.begin(with: messages.indices)
        progress.finish(messages.indices, try await self.projection.project(messages, onStep: onStep))
    }

    func look() async throws -> Int? {
        try await self.pool.withConnection { _ = try await $0.query("SELECT 1") }
        // A count that fails is left out: the workers say what is wrong with the table, or with the database.
        return try? await self.deadLetters.count(upTo: Self.maximumCount)
    }

    func close() async {
        await self.pool.close()
    }
}
