import JetStream
import Logging
import Settings
import TestSupport
import Testing
import Waiting

@testable import OutboxPublisher

/// What a stream must be like, on a real server.
@Suite(.scratchStream, .timeLimit(.minutes(10)))
struct StreamSetupTests {
    /// What is wrong with a stream, and what the sentence about it says has to be changed.
    static let faults: [(fields: String, advice: String)] = [
        (#""retention": "interest""#, "make it anew with limits retention"),
        (#""retention": "workqueue""#, "make it anew with limits retention"),
        (#""max_msgs": 1000"#, "set its discard policy to new"),
        (#""max_bytes": 1000000, "discard": "old""#, "set its discard policy to new"),
        (#""max_msgs_per_subject": 5"#, "remove max_msgs_per_subject"),
        (#""max_msgs_per_subject": 5, "discard": "new", "discard_new_per_subject": true"#, "remove max_msgs"),
        (#""no_ack": true"#, "remove no_ack"),
        (#""duplicate_window": 87500000000"#, "set the stream's duplicate window above that"),
    ]

    @Test(arguments: Self.faults)
    func `a stream that cannot keep the promises is refused, saying what to change`(
        fields: String,
        advice: String
    ) async throws {
        let connection = try await ScratchStream.connect()
        try await Self.make(fields, on: connection)
        let error = await #expect(throws: SettingError.self) { try await Self.setup().prepare(on: connection) }
        let sentence = "\(try #require(error))"
        #expect(sentence.hasPrefix("The stream \(ScratchStream.name) cannot be used: "), "\(sentence)")
        #expect(sentence.contains(advice), "\(sentence)")
    }

    static let fine = [
        #""max_age": 3600000000000"#, #""max_msgs": 1000, "discard": "new""#, #""duplicate_window": 87501000000"#,
    ]

    @Test(arguments: Self.fine)
    func `a stream that can is used as it is`(fields: String) async throws {
        let connection = try await ScratchStream.connect()
        try await Self.make(fields, on: connection)
        let before = try await connection.streamInfo(ScratchStream.name)
        #expect(try await Self.setup().prepare(on: connection) == ["\(ScratchStream.prefix).>"])
        #expect(try await connection.streamInfo(ScratchStream.name) == before)
    }

    @Test func `a stream that lacks the subject is refused, naming both`() async throws {
        let connection = try await ScratchStream.connect()
        let other = "\(ScratchStream.prefix).some.*"
        try await connection.addStream(StreamConfiguration(name: ScratchStream.name, subjects: [other]))
        let error = await #expect(throws: SettingError.self) { try await Self.setup().prepare(on: connection) }
        let fault = "it stores \(other) and not \(ScratchStream.prefix).>; add that subject"
        #expect("\(try #require(error))".contains(fault))
    }

    @Test func `a stream whose subjects another one stores is not made, naming what to set`() async throws {
        let connection = try await ScratchStream.connect()
        let other = StreamConfiguration(name: "\(ScratchStream.name)_OTHER", subjects: ["\(ScratchStream.prefix).a.>"])
        try await connection.addStream(other)
        let error = await #expect(throws: SettingError.self) { try await Self.setup().prepare(on: connection) }
        #expect("\(try #require(error))".contains("another stream stores"))
        #expect("\(try #require(error))".contains("NOETL_EVENT_NATS_STREAM"))
    }

    @Test func `several who make it at once all find it made`() async throws {
        let connections = try await withThrowingTaskGroup { group in
            for _ in 0..<8 { group.addTask { try await ScratchStream.connect() } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        for _ in 0..<100 {
            try await withThrowingTaskGroup { group in
                for connection in connections {
                    group.addTask {
                        let subjects = try await Self.setup().prepare(on: connection)
                        #expect(subjects == ["\(ScratchStream.prefix).>"])
                    }
                }
                try await group.waitForAll()
            }
            try await connections[0].deleteStream(ScratchStream.name)
        }
    }

    @Test func `more replicas than there are servers are refused, naming the setting`() async throws {
        let connection = try await ScratchStream.connect()
        let error = await #expect(throws: SettingError.self) {
            try await Self.setup(replicas: 3).prepare(on: connection)
        }
        #expect("\(try #require(error))".contains("lower NOETL_EVENT_NATS_REPLICAS"))
    }

    @Test func `a lease too long for the window is refused before the stream is made`() async throws {
        let connection = try await ScratchStream.connect()
        let error = await #expect(throws: SettingError.self) {
            try await Self.setup(lease: .seconds(93)).prepare(on: connection)
        }
        #expect("\(try #require(error))".contains("NOETL_OUTBOX_LEASE_SECONDS 93"))
        #expect(try await connection.streamInfo(ScratchStream.name) == nil)
        #expect(try await !Self.setup(lease: .seconds(92)).prepare(on: connection).isEmpty)
    }

    @Test func `a mirror and a sealed stream are refused`() async throws {
        let connection = try await ScratchStream.make()
        let mirror = "\(ScratchStream.name)_MIRROR"
        try await connection.request(
            "STREAM.CREATE.\(mirror)",
            body: #"{"name": "\#(mirror)", "storage": "file", "mirror": {"name": "\#(ScratchStream.name)"}}"#
        )
        #expect(try await connection.streamInfo(mirror)?.isWritable == false)
        try await connection.request(
            "STREAM.UPDATE.\(ScratchStream.name)",
            body: """
                {"name": "\(ScratchStream.name)", "subjects": ["\(ScratchStream.prefix).>"], "storage": "file", \
                "sealed": true, "discard": "new", "duplicate_window": 120000000000, "max_age": 0}
                """
        )
        let error = await #expect(throws: SettingError.self) { try await Self.setup().prepare(on: connection) }
        #expect("\(try #require(error))".contains("it is sealed or the mirror of another stream"))
    }

    /// A set-up with a longest repeat of 87.5 seconds, by default.
    private static func setup(lease: Duration = .seconds(60), replicas: Int = 1) -> StreamSetup {
        let rules = StreamRules(
            configuration: StreamConfiguration(
                name: ScratchStream.name,
                subjects: ["\(ScratchStream.prefix).>"],
                replicas: replicas
            ),
            lease: lease,
            retryPause: .seconds(5)
        )
        return StreamSetup(rules, logger: .quiet)
    }

    /// Makes the stream, with fields that our own way of making one does not have.
    private static func make(_ fields: String, on connection: NATSConnection) async throws {
        let name = ScratchStream.name
        let body = #"{"name": "\#(name)", "subjects": ["\#(ScratchStream.prefix).>"], "storage": "file", \#(fields)}"#
        try await connection.request("STREAM.CREATE.\(name)", body: body)
        _ = try #require(try await connection.streamInfo(name))
    }
}
