import Postgres
import TestSupport
import Testing
import Waiting

@Suite(.emptyDatabase, .timeLimit(.minutes(10)))
struct NotificationTests {
    @Test
    func `a notification arrives with its channel and payload, in order`() async throws {
        let sender = try await ScratchDatabase.connect()
        let receiver = try await ScratchDatabase.connect()
        try await receiver.listen(to: "one")
        try await receiver.listen(to: "two")
        try await sender.run(script: "NOTIFY one, 'first'; NOTIFY two, 'second'; NOTIFY three, 'unheard'; NOTIFY one")
        var received: [PostgresNotification] = []
        for _ in 0..<3 {
            received.append(try #require(try await receiver.nextNotification(deadline: .after(.seconds(60)))))
        }
        #expect(received.map(\.channel) == ["one", "two", "one"])
        #expect(received.map(\.payload) == ["first", "second", ""])
        #expect(try await receiver.nextNotification(deadline: .after(.zero)) == nil)
        #expect(!receiver.isClosed)
    }

    @Test
    func `a notification that came during a statement is not lost`() async throws {
        let sender = try await ScratchDatabase.connect()
        let receiver = try await ScratchDatabase.connect()
        try await receiver.listen(to: "c")
        try await sender.query("NOTIFY c")
        #expect(try await receiver.integer("SELECT 1") == 1)
        #expect(try await receiver.nextNotification(deadline: .after(.seconds(60))) != nil)
    }

    @Test
    func `notifications that came with an answer can be taken, and those after it come`() async throws {
        let sender = try await ScratchDatabase.connect()
        let receiver = try await ScratchDatabase.connect()
        try await receiver.listen(to: "c")
        try await receiver.withTransaction {
            for _ in 0..<3 { try await sender.query("NOTIFY c, 'early'") }
        }
        #expect(await receiver.takeNotifications() == ["early", "early", "early"])
        #expect(try await receiver.nextNotification(deadline: .after(.zero)) == nil)
        try await sender.query("NOTIFY c, 'late'")
        #expect(try await receiver.nextNotification(deadline: .after(.seconds(60)))?.payload == "late")
    }

    @Test
    func `what has come is still to be had after listening has stopped, and nothing else comes`() async throws {
        let sender = try await ScratchDatabase.connect()
        let receiver = try await ScratchDatabase.connect()
        try await receiver.listen(to: #"odd " name"#)
        try await sender.query(#"NOTIFY "odd "" name", 'heard'"#)
        try await receiver.stopListening(to: #"odd " name"#)
        try await sender.query(#"NOTIFY "odd "" name", 'unheard'"#)
        #expect(try await receiver.integer("SELECT 1") == 1)
        #expect(try await receiver.nextNotification(deadline: .after(.seconds(60)))?.payload == "heard")
        #expect(try await receiver.nextNotification(deadline: .after(.zero)) == nil)
    }

    @Test
    func `one who waits for a notification is woken without one, now or the next time, once`() async throws {
        let receiver = try await ScratchDatabase.connect()
        for _ in 0..<200 {
            async let notification = receiver.nextNotification(deadline: .never)
            receiver.wake()
            #expect(try await notification == nil)
        }
        receiver.wake()
        #expect(try await receiver.integer("SELECT 1") == 1)
        #expect(try await receiver.nextNotification(deadline: .never) == nil)
        try await receiver.listen(to: "c")
        try await receiver.query("NOTIFY c")
        #expect(try await receiver.nextNotification(deadline: .after(.seconds(60))) != nil)
    }

    @Test
    func `waiting for a notification notices the end of the connection`() async throws {
        let observer = try await ScratchDatabase.connect()
        let receiver = try await ScratchDatabase.connect()
        let process = try await receiver.serverProcess()
        async let end: Void = observer.terminate(process)
        let error = await #expect(throws: PostgresError.self) { try await receiver.nextNotification(deadline: .never) }
        #expect(error?.code == .connectionLost)
        #expect(receiver.isClosed)
        try await end
    }

    @Test
    func `a listener wakes when listening begins, at each notification, and again after an interruption`() async throws
    {
        let sender = try await ScratchDatabase.connect()
        var configuration = ScratchDatabase.configuration
        configuration.applicationName = "listener"
        let listener = PostgresListener(configuration, channel: #"odd " name"#, logger: .quiet)
        let (wakes, wake) = AsyncStream<Void>.makeStream()
        let work = Task { try await listener.run { wake.yield() } }
        var iterator = wakes.makeAsyncIterator()
        await iterator.next()
        for _ in 0..<3 {
            try await sender.query(#"NOTIFY "odd "" name""#)
            await iterator.next()
        }
        try await sender.query(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'listener'"
        )
        await iterator.next()
        work.cancel()
        await #expect(throws: CancellationError.self) { try await work.value }
    }
}
