import Postgres
import TestSupport
import Testing

@testable import Outbox

/// Rows whose commit no notification tells of, since others notify at the same time.
@Suite(.scratchDatabase, .timeLimit(.minutes(10)))
struct UnannouncedCommitTests {
    static let claims: [@Sendable (OutboxRepository) async throws -> LockedBatch] = [
        { try await $0.lock(limit: 10, lanes: 16, firstLane: 0, timeout: .seconds(60), askingForUnannounced: true) },
        { try await $0.lockUnordered(limit: 10, timeout: .seconds(60), askingForUnannounced: true) },
    ]

    @Test(arguments: 0..<2)
    func `a claim says whether somebody commits unannounced`(kind: Int) async throws {
        let (connection, outbox) = try await ClaimTests.connect()
        func isUnannounced() async throws -> Bool {
            let batch = try await Self.claims[kind](outbox)
            await connection.rollBack()
            return batch.hasUnannounced
        }
        let first = try await OutboxSeed.beginCommits(1)
        #expect(try await !isUnannounced())
        // The second one notifies and counts all the same; the third leaves it to the two.
        let writers = try await OutboxSeed.beginCommits(2, after: 1)
        #expect(try await isUnannounced())
        try await writers[1].query("COMMIT")
        #expect(try await isUnannounced())
        try await writers[0].query("COMMIT")
        #expect(try await !isUnannounced())
        withExtendedLifetime(first) {}
    }

    @Test(arguments: [false, true])
    func `what is committed after the question is in the claim's snapshot`(isRepeatable: Bool) async throws {
        let announced = try await OutboxSeed.beginCommits(2)
        let writer = try await OutboxSeed.beginCommits(1, after: 2)[0]
        let connection = try await ScratchDatabase.connect()
        let results = try await connection.run(OutboxRepository.begin(asking: true, isRepeatable: isRepeatable))
        #expect(results[1].boolean(row: 0, column: 0))
        try await writer.query("COMMIT")
        #expect(try await connection.integer("SELECT count(*) FROM noetl.outbox") == 1)
        withExtendedLifetime(announced) {}
    }
}
