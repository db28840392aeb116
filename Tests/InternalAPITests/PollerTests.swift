import TestSupport
import Testing

@testable import InternalAPI

@Suite(.scratchDatabase, .timeLimit(.minutes(10)))
struct PollerTests {
    @Test func `a hundred pollers cost few counts`() async throws {
        let database = try await TestDatabase()
        // Enough rows that a count takes some milliseconds, as it would in trouble.
        try await database.run(
            """
            INSERT INTO noetl.outbox (event_id, payload) SELECT g, '{}' FROM generate_series(1, 100000) AS g;
            ANALYZE noetl.outbox
            """
        )
        // A count reads the table's indexes twice.
        let scans = "SELECT (seq_scan + idx_scan) / 2 FROM pg_stat_user_tables WHERE relname = 'outbox'"
        let before = Int(try await database.cell(scans)) ?? 0
        let clock = ContinuousClock.now
        try await API.with(database) { api in
            try await withThrowingDiscardingTaskGroup { group in
                for _ in 0..<100 {
                    group.addTask {
                        for _ in 0..<20 {
                            let answer = try await api.pendingCount()
                            #expect(answer.text == #"{"pending":100000}"#)
                        }
                    }
                }
            }
        }
        // A count keeps the database busy for a twentieth of the time, and a session reports its scans when it ends.
        let seconds = Int(clock.duration(to: .now).components.seconds)
        try await eventually { (Int(try await database.cell(scans)) ?? 0) > before }
        let counts = (Int(try await database.cell(scans)) ?? 0) - before
        #expect((1...(2000 / 10)).contains(counts), "\(counts) counts for 2000 requests in \(seconds) s")
    }
}
