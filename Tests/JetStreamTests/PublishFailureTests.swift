import Dispatch
import Glibc
import JetStream
import LocalServers
import Synchronization
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(10)))
struct PublishFailureTests {
    @Test
    func `a server that dies in the middle leaves a known beginning and an unknown rest`() async throws {
        try await withLocalNATS { server in
            let connection = try await Self.connect(server)
            let pid = try #require(server.pid)
            let (sent, send) = AsyncStream<Void>.makeStream()
            let publisher = try await connection.makePublisher()
            let work = Task {
                await publisher.publish(1000, timeout: .seconds(600)) { number, draft in
                    // From here on the server takes nothing in; what it has taken in may still be acknowledged.
                    if number == 500 { kill(pid, SIGSTOP) }
                    if number == 999 { send.finish() }
                    try draft.write("\(number)", to: "events.a", id: "\(number)")
                }
            }
            for await _ in sent {}
            try await server.stop(kill: true)
            let words = await work.value.map(\.word)
            #expect(words.count == 1000)
            // The acknowledged ones are a beginning: what is lost on a connection is lost with all that follows.
            let acknowledged = words.prefix { $0 == "acknowledged" }.count
            #expect(acknowledged < 1000)
            #expect(words.dropFirst(acknowledged).allSatisfy { $0 == "unknown" || $0 == "unsent" })
            #expect(publisher.isClosed)

            try await server.start()
            let second = try await Self.connect(server)
            let outcomes = try await second.makePublisher().publish(1000, timeout: .seconds(60)) { number, draft in
                try draft.write("\(number)", to: "events.a", id: "\(number)")
            }
            #expect(outcomes.allSatisfy { $0.sequence != nil })
            #expect(try await second.streamInfo("EVENTS")?.messages == 1000)
            let order = outcomes.compactMap(\.sequence)
            #expect(order == order.sorted())
        }
    }

    @Test
    func `what was not sent before the connection ended is known not to be stored`() async throws {
        try await withLocalNATS { server in
            let connection = try await Self.connect(server)
            let pid = try #require(server.pid)
            let closed = DispatchSemaphore(value: 0)
            Task {
                await connection.waitUntilClosed()
                closed.signal()
            }
            // Each is more than waits for others before it is written.
            let text = String(repeating: "x", count: 100_000)
            let outcomes = try await connection.makePublisher().publish(20, timeout: .seconds(600)) { number, draft in
                if number == 5 {
                    kill(pid, SIGKILL)
                    closed.wait()
                }
                try draft.write(text, to: "events.a")
            }
            let unsent = outcomes.drop { ["acknowledged", "unknown"].contains($0.word) }
            // The system takes one or two more before it says that there is nobody.
            #expect((10...14).contains(unsent.count), "\(outcomes)")
            #expect(unsent.allSatisfy { $0.word == "unsent" })
            #expect(outcomes.last?.error?.isUnavailable == true)
        }
    }

    @Test
    func `an acknowledgement that does not come closes the connection, and what was sent is stored once`() async throws
    {
        try await withLocalNATS { server in
            let publisher = try await Self.connect(server).makePublisher()
            let pid = try #require(server.pid)
            try await pauseProcess(pid)
            let outcomes = await publisher.publish(3, timeout: .milliseconds(50)) {
                number,
                draft in
                try draft.write("\(number)", to: "events.a", id: "\(number)")
            }
            #expect(outcomes.map(\.word) == ["unknown", "unknown", "unknown"])
            #expect(outcomes.allSatisfy { $0.error?.code == .timeout })
            await publisher.waitUntilClosed()
            kill(pid, SIGCONT)

            let second = try await Self.connect(server)
            let again = try await second.makePublisher().publish(3, timeout: .seconds(60)) { number, draft in
                try draft.write("\(number)", to: "events.a", id: "\(number)")
            }
            #expect(again.allSatisfy { $0.sequence != nil })
            #expect(try await second.streamInfo("EVENTS")?.messages == 3)
        }
    }

    @Test
    func `PubAcks that are late are said to be, once, and come all the same`() async throws {
        try await withLocalNATS { server in
            let publisher = try await Self.connect(server).makePublisher()
            let pid = try #require(server.pid)
            let delays = Mutex(0)
            for expected in 1...2 {
                try await pauseProcess(pid)
                let outcomes = await publisher.publish(
                    100,
                    timeout: .seconds(600),
                    delay: .milliseconds(5),
                    onDelay: {
                        delays.withLock { $0 += 1 }
                        kill(pid, SIGCONT)
                    }
                ) { number, draft in
                    try draft.write("\(number)", to: "events.a")
                }
                #expect(outcomes.allSatisfy { $0.sequence != nil })
                #expect(delays.withLock { $0 } == expected)
            }
            _ = await publisher.publish(
                1,
                timeout: .seconds(600),
                delay: .seconds(600),
                onDelay: { Issue.record("it is not late") }
            ) { try $1.write("\($0)", to: "events.a") }
        }
    }

    @Test
    func `a connection that ended before publishing sends nothing`() async throws {
        try await withLocalNATS { server in
            let publisher = try await Self.connect(server).makePublisher()
            try await server.stop(kill: true)
            await publisher.waitUntilClosed()
            let outcomes = await publisher.publish(3, timeout: .seconds(600)) { _, draft in
                try draft.write("", to: "events.a")
            }
            #expect(outcomes.map(\.word) == ["unsent", "unsent", "unsent"])
            #expect(outcomes.allSatisfy { $0.error?.code == .connectionClosed })
        }
    }

    private static func connect(_ server: LocalNATS) async throws -> NATSConnection {
        // Without pings, which would end a connection to a paused server as well, only later.
        var configuration = NATSConfiguration.testing(server.url)
        configuration.pingInterval = .seconds(3600)
        let connection = try await NATSConnection.connect(configuration)
        try await connection.addStream(StreamConfiguration(name: "EVENTS", subjects: ["events.>"]))
        return connection
    }
}
