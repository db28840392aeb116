import InMemoryLogging
import JetStream
import Logging
import RawJSON
import ServiceRuntime
import TestSupport
import Testing

@testable import Projector

/// The api sink against a server that is not ours, is away, or answers strangely.
@Suite(.scratchDatabase, .scratchStream, .timeLimit(.minutes(10)))
struct ForeignServerTests {
    /// Says that something is to be done to requests for events.
    private static let unavailable: [ScriptedServer.Deed] = [
        .answer("503 Away", headers: ["Retry-After: 1"], body: #"{"detail":"The database is not available."}"#),
        .answer("500 Oops", body: ""), .answer("401 No", body: #"{"detail":"no"}"#),
        .answer("403 No", body: #"{"detail":"The Bearer token is not valid."}"#),
        .answer("404 Not Found", body: #"{"detail":"Not Found"}"#), .answer("429 Slow", body: ""),
        .answer("200 OK", body: "<html></html>"), .answer("302 Found", headers: ["Location: /x"], body: ""), .hangUp,
    ]

    @Test(arguments: Self.unavailable.indices)
    func `nothing is acknowledged while the server stores nothing, and that is said once`(index: Int) async throws {
        let deed = Self.unavailable[index]
        let connection = try await Self.publish((1...20).map { #"{"event_id": \#($0)}"# })
        let (log, logger) = Self.makeLog()
        try await ForeignServer.with { foreign, server in
            foreign.setAnswer { _, _, _ in deed }
            try await withWorker(api: server.url, logger: logger) { worker in
                try await eventually { server.requests.count >= 4 }
                let info = try await connection.consumerInfo(stream: ScratchStream.name, consumer: "noetl-projector")
                #expect(info?.acknowledgementsPending == 20 - Int(info?.pending ?? 0))
                #expect(worker.health.readinessFaults.map(\.name) == ["internal-api"])
                #expect(worker.metric("noetl_projector_projected_total") == 0)
                foreign.setAnswer(nil)
                try await eventually { try await Self.isDone(connection) }
                #expect(worker.metric("noetl_projector_projected_total") == 20)
                #expect(worker.health.readinessFaults.isEmpty)
            }
            #expect(Set(foreign.events) == Set((1...20).map(String.init)))
            #expect(foreign.events.count == 20)
            #expect(foreign.letters.isEmpty)
        }
        let said = log.entries.filter { "\($0.metadata)".contains("internal-api") }
        #expect(said.map { "\($0.message)" } == ["Dependency is down, trying again", "Dependency is up"])
    }

    @Test func `without a route for dead letters their messages stay, and that is said once`() async throws {
        let bodies = (1...30).map { $0 % 10 == 3 ? "bad" : #"{"event_id": \#($0)}"# }
        let connection = try await Self.publish(bodies, acknowledgementWait: .seconds(2))
        let (log, logger) = Self.makeLog()
        try await ForeignServer.with { foreign, server in
            foreign.setAnswer { foreign, path, body in
                guard path.hasSuffix("/dead-letters") else { return foreign.store(path, body) }
                return .answer("404 Not Found", body: #"{"detail":"Not Found"}"#)
            }
            try await withWorker(api: server.url, logger: logger) { worker in
                // Who has to wait for a processor longer than the consumer waits gets messages again, good ones as well.
                try await eventually { Set(foreign.events).count == 27 }
                // The three come again and again.
                try await eventually { server.requests.count { $0.contains("/dead-letters ") } >= 3 }
                try await eventually { try await Self.owed(connection) == 3 }
                #expect(worker.metric("noetl_projector_dead_letters_total") == 0)
                #expect(worker.health.readinessFaults.isEmpty)
                try await connection.publish(#"{"event_id": 31}"#, to: Self.subject)
                try await eventually { Set(foreign.events).count == 28 }
                foreign.setAnswer(nil)
                try await eventually { try await Self.isDone(connection) }
                #expect(worker.metric("noetl_projector_dead_letters_total") >= 3)
            }
            #expect(foreign.letters.count >= 3)
            #expect(Set(foreign.letters) == ["YmFk"])
        }
        let said = log.entries.filter { "\($0.message)".hasPrefix("Dead letters") }
        #expect(said.map(\.level) == [.error, .notice])
        #expect("\(said.first.map { "\($0.metadata)" } ?? "")".contains("POST /api/internal/events/dead-letters"))
    }

    @Test(arguments: [(64, [17]), (64, [0, 63]), (100, [3, 4, 50, 99]), (16, Array(0..<16))])
    func `refused messages that are not named are found by halving`(count: Int, bad: [Int]) async throws {
        let connection = try await Self.publish((0..<count).map { #"{"event_id": \#($0)}"# })
        try await ForeignServer.with { foreign, server in
            let refused = Set(bad.map(String.init))
            foreign.setAnswer { foreign, path, body in
                guard !ForeignServer.ids(body).contains(where: refused.contains) else {
                    return .answer("422 No", body: #"{"detail":"one of them"}"#)
                }
                return foreign.store(path, body)
            }
            try await withWorker(api: server.url) { worker in
                try await eventually { try await Self.isDone(connection) }
                #expect(worker.metric("noetl_projector_dead_letters_total") == Double(bad.count))
                let depth = (count - 1).bitWidth - (count - 1).leadingZeroBitCount
                let batches = Int(worker.metric("noetl_projector_batch_messages_count"))
                let requests = server.requests.count { $0.contains("/project ") }
                #expect(requests <= batches + 2 * bad.count * depth, "\(requests) requests, \(batches) batches")
            }
            #expect(foreign.events.count == count - bad.count)
            #expect(Set(foreign.events).isDisjoint(with: refused))
            #expect(foreign.letters.count == bad.count)
        }
    }

    @Test func `a batch that is too long is sent in parts, and a message that is too long becomes a dead letter`()
        async throws
    {
        let long = #"{"event_id": 7, "node_name": "\#(String(repeating: "x", count: 5000))"}"#
        let connection = try await Self.publish((1...40).map { $0 == 7 ? long : #"{"event_id": \#($0)}"# })
        try await ForeignServer.with { foreign, server in
            foreign.setAnswer { foreign, path, body in
                guard path.hasSuffix("/dead-letters") || body.bytes.count <= 200 else {
                    return .answer("413 Long", body: #"{"detail":"Too long."}"#)
                }
                return foreign.store(path, body)
            }
            try await withWorker(api: server.url) { worker in
                try await eventually { try await Self.isDone(connection) }
                #expect(worker.metric("noetl_projector_dead_letters_total") == 1)
            }
            #expect(Set(foreign.events) == Set((1...40).filter { $0 != 7 }.map(String.init)))
            #expect(server.requests.contains { $0.contains(#""reason":"internal-api refused the event: Too long.""#) })
        }
    }

    @Test func `a dead letter that is too long stays in the stream, is said once and holds up no other`() async throws {
        let bodies = (1...9).map { $0 == 4 ? String(repeating: "x", count: 3000) : "bad \($0)" }
        let connection = try await Self.publish(bodies, acknowledgementWait: .seconds(2))
        let (log, logger) = Self.makeLog()
        try await ForeignServer.with { foreign, server in
            foreign.setAnswer { foreign, path, body in
                guard body.bytes.count <= 2000 else {
                    return .answer("413 Long", body: #"{"detail":"Too long."}"#)
                }
                return foreign.store(path, body)
            }
            try await withWorker(api: server.url, logger: logger) { _ in
                try await eventually { Set(foreign.letters).count == 8 }
                try await eventually { server.requests.count { $0.contains("xxxx") || $0.contains("eHh4") } >= 4 }
                try await eventually { try await Self.owed(connection) == 1 }
            }
        }
        #expect(log.entries.count { "\($0.message)".hasPrefix("Dead letters cannot") } == 1)
    }

    @Test func `what is stored before the server goes away is neither sent nor counted again`() async throws {
        let connection = try await Self.publish((1...40).map { #"{"event_id": \#($0)}"# })
        try await ForeignServer.with { foreign, server in
            foreign.setAnswer { foreign, path, body in
                let ids = ForeignServer.ids(body)
                if ids.count > 20 { return .answer("413 Long", body: "") }
                return foreign.events.isEmpty ? foreign.store(path, body) : .answer("503 Away", body: "")
            }
            try await withWorker(api: server.url) { worker in
                try await eventually { server.requests.count { $0.contains("/project ") } >= 6 }
                foreign.setAnswer(nil)
                try await eventually { try await Self.isDone(connection) }
                #expect(worker.metric("noetl_projector_projected_total") == 40)
            }
            #expect(foreign.events.count == 40)
            #expect(Set(foreign.events).count == 40)
        }
    }

    @Test func `a stop while the server is away acknowledges what is stored and hands back the rest`() async throws {
        let connection = try await Self.publish(
            (1...40).map { #"{"event_id": \#($0)}"# },
            acknowledgementWait: .seconds(3600)
        )
        try await ForeignServer.with { foreign, server in
            foreign.setAnswer { foreign, path, body in
                if ForeignServer.ids(body).count > 20 { return .answer("413 Long", body: "") }
                return foreign.events.isEmpty ? foreign.store(path, body) : .answer("503 Away", body: "")
            }
            try await withWorker(api: server.url) { _ in
                try await eventually { !foreign.events.isEmpty && server.requests.count >= 5 }
            }
            foreign.setAnswer(nil)
            // At once: their time for acknowledging is an hour.
            try await withWorker(api: server.url) { worker in
                try await eventually { try await Self.isDone(connection) }
                #expect(worker.metric("noetl_projector_duplicates_total") == 0)
            }
            #expect(foreign.events.count == 40)
            #expect(Set(foreign.events).count == 40)
        }
    }

    // MARK: parts

    private static var subject: String { "\(ScratchStream.prefix).a" }

    private static func makeLog() -> (InMemoryLogHandler, Logger) {
        let log = InMemoryLogHandler()
        return (log, Logger(label: "tests") { _ in log })
    }

    private static func publish(
        _ bodies: [String],
        acknowledgementWait: Duration = .seconds(30)
    ) async throws -> NATSConnection {
        let connection = try await ScratchStream.make()
        try await connection.addConsumer(
            ConsumerConfiguration(name: "noetl-projector", acknowledgementWait: acknowledgementWait),
            stream: ScratchStream.name
        )
        for body in bodies { try await connection.publish(body, to: Self.subject) }
        return connection
    }

    /// How many messages are not acknowledged.
    private static func owed(_ connection: NATSConnection) async throws -> Int? {
        let info = try await connection.consumerInfo(stream: ScratchStream.name, consumer: "noetl-projector")
        return info.map { Int($0.pending) + $0.acknowledgementsPending }
    }

    private static func isDone(_ connection: NATSConnection) async throws -> Bool {
        let info = try await connection.consumerInfo(stream: ScratchStream.name, consumer: "noetl-projector")
        return info.map { $0.pending == 0 && $0.acknowledgementsPending == 0 && $0.deliveries > 0 } ?? false
    }
}
