import JetStream
import TestSupport
import Testing

@Suite(.scratchStream, .timeLimit(.minutes(10)))
struct StreamTests {
    @Test
    func `a stream that does not exist is none, not an error`() async throws {
        let connection = try await ScratchStream.connect()
        #expect(try await connection.streamInfo(ScratchStream.name) == nil)
        #expect(try await connection.consumerInfo(stream: ScratchStream.name, consumer: "c") == nil)
    }

    @Test
    func `a stream is made as described`() async throws {
        let connection = try await ScratchStream.connect()
        let subjects = ["\(ScratchStream.prefix).a.>", "\(ScratchStream.prefix).b"]
        let configuration = StreamConfiguration(
            name: ScratchStream.name,
            subjects: subjects,
            maximumAge: .seconds(3600),
            duplicateWindow: .seconds(7)
        )
        try await connection.addStream(configuration)
        let info = try #require(try await connection.streamInfo(ScratchStream.name))
        #expect(info.subjects == subjects)
        #expect(info.retention == .limits)
        #expect(info.duplicateWindow == .seconds(7))
        #expect(info.maximumMessageBytes == nil)
        #expect(info.messages == 0)
        #expect(info.lastSequence == 0)
        // The same again is no error, which lets several processes start at once.
        try await connection.addStream(configuration)
    }

    @Test
    func `a stream of the same name and another shape is refused`() async throws {
        let connection = try await ScratchStream.make()
        let other = StreamConfiguration(name: ScratchStream.name, subjects: ["\(ScratchStream.prefix)other.>"])
        let error = await #expect(throws: NATSError.self) { try await connection.addStream(other) }
        #expect(error?.code == .refused)
        #expect(error?.jetStreamCode == 10058)
        #expect(!connection.isClosed)
    }

    @Test
    func `a stream's state is counted`() async throws {
        let connection = try await ScratchStream.make()
        for number in 1...3 { try await connection.publish("\(number)", to: "\(ScratchStream.prefix).a") }
        let info = try #require(try await connection.streamInfo(ScratchStream.name))
        #expect(info.messages == 3)
        #expect(info.firstSequence == 1)
        #expect(info.lastSequence == 3)
    }

    @Test
    func `a consumer is made as described, and again without harm`() async throws {
        let connection = try await ScratchStream.make()
        for number in 1...3 { try await connection.publish("\(number)", to: "\(ScratchStream.prefix).\(number)") }
        let configuration = ConsumerConfiguration(
            name: ScratchStream.consumer,
            filterSubject: "\(ScratchStream.prefix).2",
            acknowledgementWait: .seconds(9)
        )
        for _ in 0..<2 {
            try await connection.addConsumer(configuration, stream: ScratchStream.name)
            let info = try await connection.consumerInfo(stream: ScratchStream.name, consumer: ScratchStream.consumer)
            #expect(info?.filterSubject == "\(ScratchStream.prefix).2")
            #expect(info?.acknowledgementWait == .seconds(9))
            #expect(info?.pending == 1)
            #expect(info?.acknowledgementsPending == 0)
        }
        let elsewhere = await #expect(throws: NATSError.self) {
            try await connection.addConsumer(configuration, stream: "NO_SUCH_STREAM")
        }
        #expect(elsewhere?.code == .notFound)
    }

    @Test
    func `an ephemeral consumer delivers without acknowledgement`() async throws {
        let connection = try await ScratchStream.make()
        for number in 1...3 { try await connection.publish("\(number)", to: "\(ScratchStream.prefix).a") }
        let configuration = ConsumerConfiguration(
            name: ScratchStream.consumer,
            isDurable: false,
            isAcknowledged: false
        )
        try await connection.addConsumer(configuration, stream: ScratchStream.name)
        let puller = try await connection.makePuller(stream: ScratchStream.name, consumer: ScratchStream.consumer)
        #expect(try await puller.texts(3, limit: 10) == ["1", "2", "3"])
        let info = try await connection.consumerInfo(stream: ScratchStream.name, consumer: ScratchStream.consumer)
        #expect(info?.acknowledgementsPending == 0)
    }
}
