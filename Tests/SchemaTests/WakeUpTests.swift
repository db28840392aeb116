import Postgres
import TestSupport
import Testing
import Waiting

@testable import Schema

@Suite(.scratchDatabase, .timeLimit(.minutes(10)))
struct WakeUpTests {
    @Test
    func `a commit to the outbox wakes whoever listens, once for each statement`() async throws {
        let writer = try await ScratchDatabase.connect()
        let listener = try await ScratchDatabase.connect()
        try await listener.listen(to: WakeUpTrigger.channel)
        try await OutboxSeed.insert([OutboxSeed(event: 1)], on: writer)
        let notification = try await listener.nextNotification(deadline: .after(.seconds(60)))
        #expect(notification?.channel == "noetl_outbox")
        #expect(notification?.payload == "")
        // Equal notifications of one transaction are one, so a batch of writes costs one wake-up.
        try await OutboxSeed.insert((2...20).map { OutboxSeed(event: $0) }, on: writer)
        #expect(try await listener.nextNotification(deadline: .after(.seconds(60))) != nil)
        #expect(try await listener.nextNotification(deadline: .after(.zero)) == nil)
    }

    @Test
    func `who waits for a table that somebody holds gives up, so that writers do not wait behind`() async throws {
        let connection = try await ScratchDatabase.connect()
        let holder = try await ScratchDatabase.connect()
        try await holder.query("BEGIN")
        try await holder.query("LOCK TABLE noetl.outbox IN ROW EXCLUSIVE MODE")
        let error = await #expect(throws: PostgresError.self) {
            try await Migrator(connection, wakesPublishers: false, logger: .quiet).migrate()
        }
        #expect(error?.sqlState == "55P03")
        try await holder.query("COMMIT")
        let next = try await ScratchDatabase.connect()
        _ = try await Migrator(next, wakesPublishers: false, logger: .quiet).migrate()
    }

    @Test
    func `the trigger can be taken away and put back`() async throws {
        let connection = try await ScratchDatabase.connect()
        let listener = try await ScratchDatabase.connect()
        try await listener.listen(to: WakeUpTrigger.channel)
        let off = try await Migrator(connection, wakesPublishers: false, logger: .quiet).migrate()
        #expect(off.changes.map(\.name) == ["no wake-up trigger"])
        try await OutboxSeed.insert([OutboxSeed(event: 1)], on: connection)
        #expect(try await Migrator(connection, wakesPublishers: false, logger: .quiet).migrate().changes.isEmpty)

        let on = try await Migrator(connection, logger: .quiet).migrate()
        #expect(on.changes.map(\.name) == ["wake-up trigger"])
        try await OutboxSeed.insert([OutboxSeed(event: 2)], on: connection)
        // Notifications arrive in the order of their commits: one only means that the first insert sent none.
        try await connection.query(Statement("NOTIFY \(WakeUpTrigger.channel), 'last'"))
        var payloads: [String?] = []
        while payloads.last != "last" {
            payloads.append(try await listener.nextNotification(deadline: .after(.seconds(60)))?.payload ?? "last")
        }
        #expect(payloads == ["", "last"])
    }
}
