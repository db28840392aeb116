import JetStream
import LocalServers
import Synchronization
import TestSupport
import Testing

@Suite(.scratchStream, .timeLimit(.minutes(10)))
struct PullTests {
    @Test
    func `what is there is returned at once, without waiting for a full batch`() async throws {
        let connection = try await Self.connect(messages: 3)
        let puller = try await connection.makeScratchPuller()
        let start = ContinuousClock.now
        #expect(try await puller.texts(3, limit: 100) == ["1", "2", "3"])
        #expect(ContinuousClock.now - start < .seconds(200))
    }

    @Test
    func `a limit is kept and the rest comes next`() async throws {
        let puller = try await Self.connect(messages: 5).makeScratchPuller()
        var texts: [String] = []
        while texts.count < 5 {
            let messages = try await puller.pull(limit: 2, wait: .seconds(60))
            #expect(messages.count <= 2)
            texts += messages.texts
        }
        #expect(texts == ["1", "2", "3", "4", "5"])
    }

    @Test
    func `messages that were asked for ahead are handed back by draining`() async throws {
        let connection = try await Self.connect(messages: 100)
        let puller = try await connection.makeScratchPuller(acknowledgementWait: .seconds(3600))
        let first = try await puller.pull(limit: 30, wait: .seconds(60)).count
        _ = try await puller.pull(limit: 1, wait: .seconds(60))
        try await puller.drain()
        let other = try await connection.makePuller(stream: ScratchStream.name, consumer: ScratchStream.consumer)
        let texts = try await other.texts(100 - first - 1, limit: 30)
        #expect(Set(texts).count == 100 - first - 1)
        #expect(!texts.contains("1"))
    }

    @Test
    func `where nothing is there the first message to come is waited for`() async throws {
        let connection = try await Self.connect(messages: 0)
        let puller = try await connection.makeScratchPuller()
        let pull = Task { try await puller.pull(limit: 100, wait: .seconds(250)).texts }
        try await connection.publish("late", to: "\(ScratchStream.prefix).a")
        #expect(try await pull.value == ["late"])
    }

    @Test
    func `where nothing comes the wait ends with nothing`() async throws {
        let puller = try await Self.connect(messages: 0).makeScratchPuller()
        for _ in 0..<3 {
            let messages = try await puller.pull(limit: 100, wait: .milliseconds(20))
            #expect(messages.isEmpty)
        }
    }

    @Test
    func `an acknowledged message does not come again, another does, to whoever pulls`() async throws {
        let connection = try await Self.connect(messages: 5)
        let puller = try await connection.makeScratchPuller(acknowledgementWait: .seconds(10))
        // On a busy machine one that is not acknowledged may come again before the last one came.
        var received: Set<String> = []
        while received.count < 5 {
            let messages = try await puller.pull(limit: 1, wait: .seconds(60))
            received.formUnion(messages.texts)
            if !["2", "4"].contains(messages.texts.first) { try messages.acknowledgeAll() }
        }
        let other = try await ScratchStream.connect()
        try await eventually {
            let info = try await other.consumerInfo(stream: ScratchStream.name, consumer: ScratchStream.consumer)
            return info?.acknowledgementsPending == 2 && info?.pending == 0
        }
        let second = try await other.makePuller(stream: ScratchStream.name, consumer: ScratchStream.consumer)
        var redelivered: Set<String> = []
        while redelivered.count < 2 {
            let messages = try await second.pull(limit: 10, wait: .seconds(60))
            redelivered.formUnion(messages.texts)
            try messages.acknowledgeAll()
        }
        #expect(redelivered == ["2", "4"])
        try await other.flush()
        try await eventually {
            let info = try await other.consumerInfo(stream: ScratchStream.name, consumer: ScratchStream.consumer)
            return info?.acknowledgementsPending == 0 && info?.pending == 0
        }
    }

    @Test
    func `messages that are handed back come again at once`() async throws {
        let connection = try await Self.connect(messages: 3)
        let puller = try await connection.makeScratchPuller(acknowledgementWait: .seconds(3600))
        var handedBack: Set<String> = []
        while handedBack.count < 3 {
            let messages = try await puller.pull(limit: 3, wait: .seconds(60))
            handedBack.formUnion(messages.texts)
            try await puller.handBack(messages)
        }
        var again: Set<String> = []
        while again.count < 3 { again.formUnion(try await puller.pull(limit: 3, wait: .seconds(60)).texts) }
        #expect(again == ["1", "2", "3"])
    }

    @Test
    func `pullers of one consumer share its messages`() async throws {
        let connection = try await Self.connect(messages: 100)
        _ = try await connection.makeScratchPuller()
        let missing = Countdown(100)
        let texts = try await withThrowingTaskGroup(of: [String].self) { group in
            for _ in 0..<4 {
                group.addTask {
                    let own = try await ScratchStream.connect()
                    let puller = try await own.makePuller(
                        stream: ScratchStream.name,
                        consumer: ScratchStream.consumer
                    )
                    var texts: [String] = []
                    while missing.value > 0 {
                        let messages = try await puller.pull(limit: 7, wait: .milliseconds(100)).texts
                        missing.subtract(messages.count)
                        texts += messages
                    }
                    return texts
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        #expect(texts.count == 100)
        #expect(Set(texts) == Set((1...100).map(String.init)))
    }

    @Test
    func `a request that the server drops without a word is made again`() async throws {
        // Requests go to a subscriber that says nothing.
        let mapping = #"mappings: { "$JS.API.CONSUMER.MSG.NEXT.S.c": "dropped" }"#
        try await withLocalNATS(LocalNATSConfiguration(lines: [mapping])) { server in
            let configuration = NATSConfiguration.testing(server.url)
            let observer = try await NATSConnection.connect(configuration)
            try await observer.addStream(StreamConfiguration(name: "S", subjects: ["s"]))
            try await observer.addConsumer(ConsumerConfiguration(name: "c"), stream: "S")
            let requests = try await observer.subscribe(to: "dropped")
            try await observer.flush()
            let connection = try await NATSConnection.connect(configuration)
            let puller = try await connection.makePuller(stream: "S", consumer: "c")
            let pull = Task { try await puller.pull(limit: 10, wait: .seconds(3600)).texts }
            var count = 0
            for await _ in requests {
                count += 1
                if count == 3 { break }
            }
            await connection.close()
            await #expect(throws: NATSError.self) { try await pull.value }
        }
    }

    @Test(arguments: ["CONSUMER.DELETE.%.c", "STREAM.DELETE.%"])
    func `what is deleted while its messages are waited for is an error`(deletion: String) async throws {
        let connection = try await Self.connect(messages: 0)
        try await connection.addConsumer(ConsumerConfiguration(name: "c"), stream: ScratchStream.name)
        let puller = try await connection.makePuller(stream: ScratchStream.name, consumer: "c")
        let pull = Task { try await puller.pull(limit: 10, wait: .seconds(250)).texts }
        await Task.yield()
        try await connection.request(deletion.replacing("%", with: ScratchStream.name))
        await #expect(throws: NATSError.self) { try await pull.value }
        #expect(try await connection.consumerInfo(stream: ScratchStream.name, consumer: "c") == nil)
        // And so is pulling from it afterwards, instead of an empty answer for ever.
        await #expect(throws: NATSError.self) { try await puller.pull(limit: 10, wait: .seconds(60)).texts }
    }

    @Test
    func `a connection that ends while messages are waited for is an error`() async throws {
        try await withLocalNATS { server in
            let configuration = NATSConfiguration.testing(server.url)
            let connection = try await NATSConnection.connect(configuration)
            try await connection.addStream(StreamConfiguration(name: "EVENTS", subjects: ["events.>"]))
            try await connection.addConsumer(ConsumerConfiguration(name: "c"), stream: "EVENTS")
            let puller = try await connection.makePuller(stream: "EVENTS", consumer: "c")
            let pull = Task { try await puller.pull(limit: 10, wait: .seconds(250)).texts }
            await Task.yield()
            try await server.stop(kill: true)
            let error = await #expect(throws: NATSError.self) { try await pull.value }
            #expect(error?.isUnavailable == true)
        }
    }

    @Test
    func `messages outlive the puller and the connection they came by`() async throws {
        var connection: NATSConnection? = try await Self.connect(messages: 1)
        var puller: JetStreamPuller? = try await connection?.makeScratchPuller()
        let messages = try await puller?.pull(limit: 1, wait: .seconds(60))
        puller = nil
        await connection?.close()
        connection = nil
        #expect(messages?.texts == ["1"])
        #expect(messages?.subject(0) == "\(ScratchStream.prefix).a")
        #expect(throws: NATSError.self) { try messages?.acknowledgeAll() }
    }

    @Test
    func `a puller on a consumer that does not exist is an error`() async throws {
        let connection = try await Self.connect(messages: 0)
        let error = await #expect(throws: NATSError.self) {
            try await connection.makePuller(stream: ScratchStream.name, consumer: "none")
        }
        #expect(error?.code == .notFound)
    }

    @Test
    func `a pull brings no more bytes than asked for, and a message larger than that by itself`() async throws {
        let connection = try await ScratchStream.make()
        let small = String(repeating: "s", count: 10_000)
        let large = String(repeating: "L", count: 100_000)
        let sent = [small, small, small, large, small, large, large, small]
        for text in sent { try await connection.publish(text, to: "\(ScratchStream.prefix).a") }
        let puller = try await connection.makeScratchPuller()
        var received: [String] = []
        while received.count < sent.count {
            let texts = try await puller.pull(limit: 1000, maximumBytes: 25_000, wait: .seconds(60)).texts
            // What is left of one request can come together with what the next one brings.
            #expect(texts.count { $0 == small } <= 4 && texts.count { $0 == large } <= 1)
            received += texts
        }
        #expect(received == sent)
        // A message of the ordinary kind is then asked for in the ordinary way.
        try await connection.publish("last", to: "\(ScratchStream.prefix).a")
        #expect(try await puller.texts(1, limit: 1000) == ["last"])
    }

    @Test
    func `a consumer that allows smaller requests only refuses, and is not taken for one with a large message`()
        async throws
    {
        let connection = try await Self.connect(messages: 1)
        try await connection.request(
            "CONSUMER.DURABLE.CREATE.\(ScratchStream.name).\(ScratchStream.consumer)",
            body: """
                {"stream_name": "\(ScratchStream.name)", "config": {"durable_name": "\(ScratchStream.consumer)", \
                "ack_policy": "explicit", "max_bytes": 1000}}
                """
        )
        let puller = try await connection.makePuller(stream: ScratchStream.name, consumer: ScratchStream.consumer)
        let error = await #expect(throws: NATSError.self) { try await puller.pull(limit: 10, wait: .seconds(60)) }
        #expect(error?.code == .refused)
        #expect(error?.message.contains("MaxRequestMaxBytes") == true)
    }

    @Test
    func `messages that are said to be worked on are not delivered again, those sent ahead neither`() async throws {
        var attempt = try await Self.workOnMessages(30)
        // Where the machine stood still in between, the server may have waited in vain.
        while attempt.longestPause > .seconds(5) { attempt = try await Self.workOnMessages(30) }
        #expect(attempt.deliveries == 30)
    }

    @Test
    func `headers are given as they came, and a message without has none`() async throws {
        let connection = try await Self.connect(messages: 1)
        try await connection.publish("with", to: "\(ScratchStream.prefix).a", id: "the id")
        let puller = try await connection.makeScratchPuller()
        var headers: [String: [UInt8]?] = [:]
        while headers.count < 2 {
            let messages = try await puller.pull(limit: 10, wait: .seconds(60))
            for (index, text) in messages.texts.enumerated() {
                headers[text] = .some(messages.headers(of: index))
            }
        }
        #expect(headers["with"].flatMap { $0 }.map { String(decoding: $0, as: UTF8.self) } == "Nats-Msg-Id: the id\r\n")
        #expect(headers["1"] == .some(nil))
    }

    @Test
    func `a message's position is its sequence and time in the stream`() async throws {
        let connection = try await Self.connect(messages: 2)
        let puller = try await connection.makeScratchPuller()
        let position = try await puller.pull(limit: 1, wait: .seconds(60)).position(0)
        #expect(position?.sequence == 1)
        #expect(try await connection.position(of: 1, stream: ScratchStream.name) == position)
        #expect(try await connection.position(of: 3, stream: ScratchStream.name) == nil)
    }

    /// Works on messages for longer than their consumer waits, and says so all the time.
    ///
    /// - Returns: How many deliveries it took, and for how long nothing was said at the most.
    private static func workOnMessages(_ number: Int) async throws -> (deliveries: UInt64?, longestPause: Duration) {
        let connection = try await self.connect(messages: number)
        let puller = try await connection.makeScratchPuller(acknowledgementWait: .seconds(10))
        var lastSignal = ContinuousClock.now
        var longestPause = Duration.zero
        let first = try await puller.pull(limit: 10, wait: .seconds(60))
        let firstProgress = first.progress
        // What follows is sent ahead by this request, and waits in the puller.
        let second = try await puller.pull(limit: 10, wait: .seconds(60))
        let end = ContinuousClock.now + .seconds(12)
        while ContinuousClock.now < end {
            try await Task.sleep(for: .milliseconds(200))
            try await puller.signal(firstProgress)
            try second.progress.signal()
            longestPause = max(longestPause, lastSignal.duration(to: .now))
            lastSignal = .now
        }
        try first.acknowledgeAll()
        try second.acknowledgeAll()
        var missing = number - first.count - second.count
        while missing > 0 {
            let messages = try await puller.pull(limit: 10, wait: .seconds(60))
            missing -= messages.count
            try messages.acknowledgeAll()
        }
        try await connection.flush()
        longestPause = max(longestPause, lastSignal.duration(to: .now))
        let info = try await connection.consumerInfo(stream: ScratchStream.name, consumer: ScratchStream.consumer)
        try await connection.request("STREAM.DELETE.\(ScratchStream.name)")
        return (info?.deliveries, longestPause)
    }

    private static func connect(messages: Int) async throws -> NATSConnection {
        let connection = try await ScratchStream.make()
        for number in 0..<messages { try await connection.publish("\(number + 1)", to: "\(ScratchStream.prefix).a") }
        return connection
    }
}

private final class Countdown: Sendable {
    private let count: Atomic<Int>

    init(_ count: Int) {
        self.count = Atomic(count)
    }

    var value: Int { self.count.load(ordering: .relaxed) }

    func subtract(_ number: Int) {
        self.count.subtract(number, ordering: .relaxed)
    }
}
