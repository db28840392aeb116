import Foundation
import JetStream
import LocalServers
import Logging
import TestSupport
import Testing

@testable import Projector

@Suite(.timeLimit(.minutes(10)))
struct ConsumerSetupTests {
    @Test(.scratchStream)
    func `a stream that has never been there is left to the publisher`() async throws {
        let connection = try await ScratchStream.connect()
        let setup = ConsumerSetup(ConsumerConfiguration(name: "c"), stream: ScratchStream.name, logger: .quiet)
        let error = await #expect(throws: NATSError.self) { try await setup.prepare(on: connection) }
        #expect(error?.code == .notFound)
        #expect(try await connection.streamInfo(ScratchStream.name) == nil)
    }

    @Test(.scratchStream)
    func `messages that wait while nothing moves are noticed at the second look`() async throws {
        let connection = try await ScratchStream.make()
        let setup = ConsumerSetup(ConsumerConfiguration(name: "c"), stream: ScratchStream.name, logger: .quiet)
        var watch = MovementWatch()
        watch.look(at: try await setup.prepare(on: connection))
        watch.look(at: try await setup.prepare(on: connection))
        #expect(!watch.isStuck)
        try await connection.publish("x", to: "\(ScratchStream.prefix).a")
        watch.noteMessages()
        watch.look(at: try await setup.prepare(on: connection))
        #expect(!watch.isStuck)
        watch.look(at: try await setup.prepare(on: connection))
        #expect(watch.isStuck)
        watch.noteMessages()
        #expect(!watch.isStuck)
    }

    /// After the store went back to 3 of 6 messages, `more` others take the place of what was lost; a projector that was
    /// started after that knows of none of the 6.
    @Test(arguments: [(0, true), (0, false), (2, false), (2, true), (3, true), (5, true)])
    func `a consumer that stands where its stream has never been begins at the start`(
        more: Int,
        isRunning: Bool
    ) async throws {
        try await withLocalNATS { server in
            let configuration = NATSConfiguration.testing(server.url)
            var setup = ConsumerSetup(ConsumerConfiguration(name: "c"), stream: "EVENTS", logger: .quiet)
            let messages = "\(server.folder)/store/jetstream/$G/streams/EVENTS/msgs"
            let copy = "\(server.folder)/copy"

            var connection = try await NATSConnection.connect(configuration)
            try await connection.addStream(StreamConfiguration(name: "EVENTS", subjects: ["events.>"]))
            for number in 1...3 { try await connection.publish("\(number)", to: "events.a") }
            try await server.stop()
            try FileManager.default.copyItem(atPath: messages, toPath: copy)
            try await server.start()

            connection = try await NATSConnection.connect(configuration)
            try await setup.prepare(on: connection)
            for number in 4...6 { try await connection.publish("\(number)", to: "events.a") }
            var puller = try await connection.makePuller(stream: "EVENTS", consumer: "c")
            var count = 0
            while count < 6 {
                let delivered = try await puller.pull(limit: 10, wait: .seconds(60))
                if let position = delivered.position(delivered.count - 1) { await setup.note(position) }
                count += delivered.count
                try delivered.acknowledgeAll()
            }
            try await connection.flush()
            try await server.stop()
            try FileManager.default.removeItem(atPath: messages)
            try FileManager.default.copyItem(atPath: copy, toPath: messages)
            try await server.start()

            connection = try await NATSConnection.connect(configuration)
            #expect(try await connection.streamInfo("EVENTS")?.lastSequence == 3)
            if !isRunning {
                setup = ConsumerSetup(ConsumerConfiguration(name: "c"), stream: "EVENTS", logger: .quiet)
            }
            for number in 0..<more { try await connection.publish("other \(number)", to: "events.a") }
            try await setup.prepare(on: connection)
            for number in 0..<2 { try await connection.publish("late \(number)", to: "events.a") }
            puller = try await connection.makePuller(stream: "EVENTS", consumer: "c")
            let texts = try await puller.texts(3 + more + 2, limit: 100)
            #expect(texts == ["1", "2", "3"] + (0..<more).map { "other \($0)" } + ["late 0", "late 1"])
        }
    }
}
