import JetStream
import Testing

@testable import RelayCtl

@Suite(.timeLimit(.minutes(10)))
struct StreamReaderTests {
    @Test func `a stream is read to its end, also where its last messages were deleted`() async throws {
        let stream = try await ScratchStream()
        try await stream.publish(outboxIDs: Array(1...2500))
        try await stream.deleteMessage(2500)
        #expect(try await Self.count(stream) == 2499)
        for sequence in 1...3 { try await stream.deleteMessage(sequence) }
        #expect(try await Self.count(stream) == 2496)
    }

    @Test func `a stream without messages has been read at once`() async throws {
        let stream = try await ScratchStream()
        #expect(try await Self.count(stream) == 0)
        try await stream.publish(outboxIDs: [1])
        try await stream.deleteMessage(1)
        #expect(try await Self.count(stream) == 0)
    }

    @Test func `that nothing comes is not taken for the end`() async throws {
        let stream = try await ScratchStream()
        try await stream.publish(outboxIDs: [1, 2, 3])
        var reader = try await StreamReader(stream.name, on: stream.connection, patience: .seconds(2))
        // Somebody else gets what the consumer sends.
        let other = try await stream.connection.makePuller(stream: stream.name, consumer: reader.consumer)
        var taken = 0
        while taken < 3 { taken += try await other.pull(limit: 3, wait: .seconds(60)).count }
        do {
            let messages = try await reader.next()
            Issue.record("\(messages?.count ?? 0) messages")
        } catch let error as NATSError {
            #expect(error.code == .timeout)
            #expect(error.message.contains("sequence 0 of 3"), "\(error)")
        }
    }

    @Test func `a stream that does not exist is said to be missing`() async throws {
        let stream = try await ScratchStream()
        do {
            _ = try await StreamReader("\(stream.name)_2", on: stream.connection)
            Issue.record("there is one")
        } catch let error as NATSError {
            #expect(error.code == .notFound)
        }
    }

    private static func count(_ stream: ScratchStream) async throws -> Int {
        var reader = try await StreamReader(stream.name, on: stream.connection)
        var count = 0
        while let messages = try await reader.next() { count += messages.count }
        return count
    }
}
