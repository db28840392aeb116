import Outbox
import Postgres

/// Rows held by the locks of an open transaction, on a connection of our own.
struct DatabaseSource: RowSource {
    let lookout: OutboxLookout?
    var handsBack: Bool { true }

    private let connection: PostgresConnection
    private let repository: OutboxRepository
    private let settings: PublisherSettings

    /// Opens the source over a connection that nobody else uses.
    ///
    /// - Throws: `PostgresError`.
    init(connection: PostgresConnection, settings: PublisherSettings) async throws {
        self.lookout = await connection.isPooled ? nil : OutboxLookout(connection)
        self.connection = connection
        self.repository = try await OutboxRepository(preparing: connection, timeout: settings.lease)
        self.settings = settings
        // Nobody may have looked for them before the only drain there is is over.
        if settings.drainsOnce { try await self.repository.reclaimAllExpired(lease: settings.lease) }
    }

    func claim(turn: Int) async throws -> LockedBatch {
        // A worker that always has something to do never waits for them, and libpq would keep them all.
        let hasHeard = await self.lookout?.forget() ?? true
        // While there is news there will be another claim in any case; the last one before the wait asks.
        let isAsking = !hasHeard && self.lookout?.mayHaveUnannounced ?? false
        let batch = try await self.claim(turn: turn, askingForUnannounced: isAsking)
        self.lookout?.note(hasUnannounced: isAsking ? batch.hasUnannounced : nil)
        return batch
    }

    private func claim(turn: Int, askingForUnannounced isAsking: Bool) async throws -> LockedBatch {
        let limit = Int64(self.settings.batchSize)
        switch self.settings.ordering {
        case .execution, .strict:
            return try await self.repository.lock(
                limit: limit,
                lanes: Int64(self.lanes),
                firstLane: turn,
                timeout: self.settings.lease,
                askingForUnannounced: isAsking
            )
        case .none:
            return try await self.repository.lockUnordered(
                limit: limit,
                timeout: self.settings.lease,
                askingForUnannounced: isAsking
            )
        }
    }

    /// Each lane had its share of the limit, and where there are fewer rows than lanes to take, none had more.
    func hasTakenAll(_ batch: LockedBatch) -> Bool {
        switch self.settings.ordering {
        case .execution, .strict: batch.rows.count < min(self.lanes, self.settings.batchSize / self.lanes)
        case .none: batch.rows.count < self.settings.batchSize
        }
    }

    /// How many lanes to take: all workers of a process together take all.
    private var lanes: Int { (OutboxRepository.laneCount - 1) / self.settings.concurrency + 1 }

    func settle(_ batch: LockedBatch, _ settlement: Settlement) async throws {
        try await self.repository.settle(settlement)
    }

    func release() async {
        await self.connection.rollBack()
    }
}
