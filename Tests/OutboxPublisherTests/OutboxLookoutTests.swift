import Postgres
import TestSupport
import Testing
import Waiting

@testable import OutboxPublisher

@Suite(.emptyDatabase, .timeLimit(.minutes(10)))
struct OutboxLookoutTests {
    @Test func `commits since the last time are heard of once, during a transaction of one's own too`() async throws {
        let writer = try await ScratchDatabase.connect()
        let connection = try await ScratchDatabase.connect()
        let lookout = OutboxLookout(connection)
        #expect(!lookout.isListening)
        #expect(try await lookout.begin())
        #expect(try await !lookout.begin())
        #expect(lookout.isListening)
        try await connection.withTransaction {
            for _ in 0..<3 { try await writer.query("NOTIFY noetl_outbox") }
        }
        try await lookout.wait()
        #expect(try await connection.nextNotification(deadline: .after(.zero)) == nil)
        async let waiting: Void = lookout.wait()
        try await writer.query("NOTIFY noetl_outbox")
        try await waiting
    }

    @Test func `one who listens no longer says that it did, and forgets what it heard`() async throws {
        let connection = try await ScratchDatabase.connect()
        let lookout = OutboxLookout(connection)
        #expect(try await !lookout.end())
        _ = try await lookout.begin()
        try await connection.query("NOTIFY noetl_outbox")
        #expect(try await lookout.end())
        #expect(!lookout.isListening)
        #expect(try await connection.texts("SELECT pg_listening_channels()") == [])
        #expect(try await connection.nextNotification(deadline: .after(.zero)) == nil)
        #expect(try await lookout.begin())
    }

    @Test func `one who waits is woken`() async throws {
        let lookout = OutboxLookout(try await ScratchDatabase.connect())
        _ = try await lookout.begin()
        async let waiting: Void = lookout.wait()
        lookout.wake()
        try await waiting
    }
}
