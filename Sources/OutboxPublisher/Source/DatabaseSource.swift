import Outbox
import Postgres

/// Rows held by the locks of an open transaction, on a connection of our own.
struct DatabaseSource: RowSource {
    let connection: PostgresConnection
    let settings: PublisherSettings

    func claim(turn: Int) async throws -> LockedBatch {
        let repository = OutboxRepository(self.connection)
        let limit = Int64(self.settings.batchSize)
        switch self.settings.ordering {
        case .execution, .strict:
            return try await repository.lock(
                limit: limit,
                lanes: Int64((OutboxRepository.laneCount - 1) / self.settings.concurrency + 1),
                firstLane: turn,
                timeout: self.settings.lease
            )
        case .none:
            return try await repository.lockUnordered(limit: limit, timeout: self.settings.lease)
        }
    }

    func settle(_ batch: LockedBatch, _ settlement: Settlement) async throws {
        try await OutboxRepository(self.connection).settle(settlement)
    }

    func release() async {
        await self.connection.rollBack()
    }
}
