import JetStream
import Synchronization
import TestSupport
import Testing
import Waiting

@Suite(.scratchStream, .timeLimit(.minutes(10)))
struct PublishTests {
    @Test
    func `every message is acknowledged with its place in the stream, in the order given`() async throws {
        let connection = try await ScratchStream.make()
        let outcomes = try await Self.publish(500, on: connection) { number, draft in
            try draft.write("\(number)", to: "\(ScratchStream.prefix).a")
        }
        #expect(outcomes.map(\.sequence) == (1...500).map { $0 })
        #expect(outcomes.allSatisfy { $0.word == "acknowledged" })
        let puller = try await connection.makeScratchPuller()
        #expect(try await puller.texts(500, limit: 500) == (0..<500).map { "\($0)" })
    }

    @Test
    func `more messages than may be unacknowledged at once all arrive`() async throws {
        let connection = try await ScratchStream.make()
        let outcomes = try await Self.publish(20_000, on: connection) { _, draft in
            try draft.write("x", to: "\(ScratchStream.prefix).a")
        }
        #expect(outcomes.count == 20_000)
        #expect(outcomes.allSatisfy { $0.word == "acknowledged" })
        #expect(try await connection.streamInfo(ScratchStream.name)?.messages == 20_000)
    }

    @Test
    func `no messages at all are no outcomes`() async throws {
        let connection = try await ScratchStream.connect()
        let outcomes = try await Self.publish(0, on: connection) { _, _ in throw NATSError(.other, "not called") }
        #expect(outcomes.isEmpty)
    }

    @Test
    func `a message with a known id is a duplicate and is stored once`() async throws {
        let connection = try await ScratchStream.make()
        for word in ["acknowledged", "duplicate"] {
            let outcomes = try await Self.publish(5, on: connection) { number, draft in
                try draft.write("\(number)", to: "\(ScratchStream.prefix).a", id: "id-\(number)")
            }
            #expect(outcomes.map(\.word) == Array(repeating: word, count: 5))
            #expect(outcomes.map(\.sequence) == [1, 2, 3, 4, 5])
        }
        #expect(try await connection.streamInfo(ScratchStream.name)?.messages == 5)
    }

    @Test
    func `a message that cannot be sent holds up none of the others`() async throws {
        let connection = try await ScratchStream.make()
        let large = String(repeating: "x", count: connection.maximumPayloadBytes + 1)
        let outcomes = try await Self.publish(6, on: connection) { number, draft in
            switch number {
            case 1: try draft.write(large, to: "\(ScratchStream.prefix).a")
            case 2: try draft.write("", to: "\(ScratchStream.prefix).a b")
            case 3: try draft.write("", to: "\(ScratchStream.prefix).*")
            case 4: try draft.write("", to: "nowhere.\(ScratchStream.prefix)")
            default: try draft.write("\(number)", to: "\(ScratchStream.prefix).a")
            }
        }
        #expect(outcomes.map(\.word) == ["acknowledged", "refused", "refused", "refused", "refused", "acknowledged"])
        #expect(
            outcomes.map(\.error?.code) == [nil, .maximumPayload, .invalidSubject, .invalidSubject, .noResponders, nil]
        )
        #expect(outcomes.map(\.error?.isRetryable) == [nil, false, false, false, true, nil])
        #expect(!connection.isClosed)
        #expect(try await connection.streamInfo(ScratchStream.name)?.messages == 2)
    }

    @Test
    func `JetStream's own refusal carries its code`() async throws {
        let connection = try await ScratchStream.connect()
        try await connection.request(
            "STREAM.CREATE.\(ScratchStream.name)",
            body: """
                {"name": "\(ScratchStream.name)", "subjects": ["\(ScratchStream.prefix).>"], "retention": "limits",
                "storage": "file", "num_replicas": 1, "discard": "new", "max_msgs": 1, "max_msg_size": 100}
                """
        )
        #expect(try await connection.streamInfo(ScratchStream.name)?.maximumMessageBytes == 100)
        let tooLarge = try await connection.publish(
            String(repeating: "x", count: 200),
            to: "\(ScratchStream.prefix).a"
        )
        #expect(tooLarge.word == "refused")
        #expect(tooLarge.error?.jetStreamCode == 10054)
        #expect(tooLarge.error?.isRetryable == false)
        #expect(try await connection.publish("1", to: "\(ScratchStream.prefix).a").word == "acknowledged")
        let full = try await connection.publish("2", to: "\(ScratchStream.prefix).a")
        #expect(full.word == "refused")
        #expect(full.error?.code == .refused)
        #expect(full.error?.isRetryable == true)
        #expect(full.error?.isUnavailable == false)
    }

    @Test
    func `headers arrive, and none can forge another line`() async throws {
        let connection = try await ScratchStream.make()
        _ = try await Self.publish(1, on: connection) { _, draft in
            try draft.write("body", to: "\(ScratchStream.prefix).a")
            draft.addHeader("Plain", "value ü")
            draft.addHeader("Forged", "a\r\nOther: b\0c")
        }
        let messages = try await connection.makeScratchPuller().pull(limit: 1, wait: .seconds(60))
        #expect(messages.texts == ["body"])
        #expect(messages.header("Plain", of: 0) == "value ü")
        #expect(messages.header("Forged", of: 0)?.contains("Other: b") == true)
        #expect(messages.header("Other", of: 0) == nil)
        #expect(messages.subject(0) == "\(ScratchStream.prefix).a")
        #expect(messages.streamSequence(0) == 1)
    }

    @Test
    func `an empty body is a message too`() async throws {
        let connection = try await ScratchStream.make()
        #expect(try await connection.publish("", to: "\(ScratchStream.prefix).a").word == "acknowledged")
        #expect(try await connection.makeScratchPuller().pull(limit: 1, wait: .seconds(60)).texts == [""])
    }

    @Test
    func `several publishers of one connection do not take each other's acknowledgements`() async throws {
        let connection = try await ScratchStream.make()
        let sequences = try await withThrowingTaskGroup(of: [UInt64].self) { group in
            for _ in 0..<4 {
                group.addTask {
                    let outcomes = try await Self.publish(200, on: connection) { _, draft in
                        try draft.write("x", to: "\(ScratchStream.prefix).a")
                    }
                    let sequences = outcomes.compactMap(\.sequence)
                    #expect(sequences == sequences.sorted())
                    return sequences
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        #expect(sequences.sorted() == (1...800).map { $0 })
    }

    @Test
    func `what is no longer wanted is withheld, and what was sent has its PubAck`() async throws {
        let connection = try await ScratchStream.make()
        let publisher = try await connection.makePublisher()
        let questions = Atomic(0)
        let body = [UInt8](repeating: 120, count: 10_000)
        let outcomes = await publisher.publish(
            40,
            timeout: .seconds(60),
            while: { questions.add(1, ordering: .relaxed).newValue < 3 }
        ) { _, draft in
            try body.withUnsafeBytes { try draft.begin(subject: "\(ScratchStream.prefix).a", body: $0) }
        }
        let sent = outcomes.prefix { $0.word == "acknowledged" }.count
        // Asked at the beginning and before each write of 64 KiB.
        #expect(sent == 14)
        #expect(outcomes.dropFirst(sent).allSatisfy { $0.word == "withheld" })
        #expect(!publisher.isClosed)
        #expect(try await connection.streamInfo(ScratchStream.name)?.messages == UInt64(sent))
        let none = await publisher.publish(1, timeout: .seconds(60), until: .after(.zero), while: { false }) { _, _ in }
        #expect(none.map(\.word) == ["withheld"])
        #expect(!publisher.isClosed)
    }

    @Test
    func `nothing is written once the time is up`() async throws {
        let connection = try await ScratchStream.make()
        let publisher = try await connection.makePublisher()
        let outcomes = await publisher.publish(3, timeout: .seconds(60), until: .after(.zero)) { number, draft in
            try draft.write("\(number)", to: "\(ScratchStream.prefix).a")
        }
        #expect(outcomes.map(\.word) == ["unknown", "unknown", "unknown"])
        #expect(publisher.isClosed)
        #expect(try await connection.streamInfo(ScratchStream.name)?.messages == 0)
    }

    private static func publish(
        _ count: Int,
        on connection: NATSConnection,
        _ write: @Sendable (Int, inout MessageDraft) throws -> Void
    ) async throws -> [PublishOutcome] {
        try await connection.makePublisher().publish(count, timeout: .seconds(60), write)
    }
}
