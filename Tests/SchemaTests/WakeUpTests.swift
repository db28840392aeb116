import Postgres
import TestSupport
import Testing
import Waiting

@testable import Schema

@Suite(.scratchDatabase, .timeLimit(.minutes(10)))
struct WakeUpTests {
    @Test
    func `a commit to the outbox wakes whoever listens, once for each transaction`() async throws {
        let writer = try await ScratchDatabase.connect()
        let listener = try await ScratchDatabase.connect()
        try await listener.listen(to: WakeUpTrigger.channel)
        try await OutboxSeed.insert([OutboxSeed(event: 1)], on: writer)
        let notification = try await listener.nextNotification(deadline: .after(.seconds(60)))
        #expect(notification?.channel == "noetl_outbox")
        #expect(notification?.payload == "")
        try await OutboxSeed.insert((2...20).map { OutboxSeed(event: $0) }, on: writer)
        #expect(try await listener.nextNotification(deadline: .after(.seconds(60))) != nil)
        #expect(try await listener.nextNotification(deadline: .after(.zero)) == nil)
    }

    @Test
    func `of those who commit at once two notify`() async throws {
        let listener = try await ScratchDatabase.connect()
        try await listener.listen(to: WakeUpTrigger.channel)
        let writers = try await OutboxSeed.beginCommits(3)
        for writer in writers.reversed() { try await writer.query("COMMIT") }
        // The second one, who commits first, says that there may be more.
        #expect(try await Self.notifications(to: listener) == [WakeUpTrigger.crowded, ""])
        // Whoever commits alone notifies.
        try await OutboxSeed.insert([OutboxSeed(event: 4)], on: listener)
        #expect(try await Self.notifications(to: listener) == [""])
    }

    @Test
    func `one who commits while somebody asks for the unannounced notifies as well`() async throws {
        let listener = try await ScratchDatabase.connect()
        try await listener.listen(to: WakeUpTrigger.channel)
        let asking = try await ScratchDatabase.connect()
        try await asking.query(Statement("SELECT pg_advisory_lock(\(WakeUpTrigger.unannounced))"))
        let writers = try await OutboxSeed.beginCommits(3)
        try await writers[2].query("COMMIT")
        #expect(try await Self.notifications(to: listener) == [""])
        withExtendedLifetime((writers, asking)) {}
    }

    @Test
    func `transactions that go on after they wrote a row keep nobody from notifying`() async throws {
        let listener = try await ScratchDatabase.connect()
        try await listener.listen(to: WakeUpTrigger.channel)
        let writers = [try await ScratchDatabase.connect(), try await ScratchDatabase.connect()]
        for (event, writer) in writers.enumerated() {
            try await writer.query("BEGIN")
            try await OutboxSeed.insert([OutboxSeed(event: Int64(event))], on: writer)
        }
        try await OutboxSeed.insert([OutboxSeed(event: 2)], on: listener)
        #expect(try await Self.notifications(to: listener) == [""])
        withExtendedLifetime(writers) {}
    }

    @Test
    func `rows that are written as published wake nobody`() async throws {
        let listener = try await ScratchDatabase.connect()
        try await listener.listen(to: WakeUpTrigger.channel)
        try await OutboxSeed.insert([OutboxSeed(event: 1, status: "PUBLISHED")], on: listener)
        #expect(try await Self.notifications(to: listener) == [])
    }

    @Test
    func `the trigger of an earlier version is replaced`() async throws {
        let connection = try await ScratchDatabase.connect()
        try await connection.run(
            script: """
                DROP TRIGGER outbox_wake_up ON noetl.outbox;
                CREATE TRIGGER outbox_wake_up AFTER INSERT ON noetl.outbox
                    FOR EACH STATEMENT EXECUTE FUNCTION noetl.outbox_wake_up();
                """
        )
        let plan = try await Migrator(connection, logger: .quiet).migrate()
        #expect(plan.changes.map(\.name) == ["wake-up trigger"])
        #expect(try await Migrator(connection, logger: .quiet).migrate().changes.isEmpty)
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
        // One only: the first insert sent none.
        #expect(try await Self.notifications(to: listener) == [""])
    }

    /// The payloads of the notifications that a connection was sent up to now.
    private static func notifications(to listener: PostgresConnection) async throws -> [String] {
        // They arrive in the order of their commits.
        try await ScratchDatabase.connect().query(Statement("NOTIFY \(WakeUpTrigger.channel), 'last'"))
        var payloads: [String] = []
        while true {
            let notification = try #require(await listener.nextNotification(deadline: .after(.seconds(60))))
            if notification.payload == "last" { return payloads }
            payloads.append(notification.payload)
        }
    }
}
