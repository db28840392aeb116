import JetStream
import TestSupport
import Testing

@Suite(.scratchStream, .timeLimit(.minutes(10)))
struct SubscriptionTests {
    @Test
    func `an ordinary subscriber sees what is published from then on, in order`() async throws {
        let publisher = try await ScratchStream.make()
        try await publisher.publish("before", to: "\(ScratchStream.prefix).a")
        let connection = try await ScratchStream.connect()
        let messages = try await connection.subscribe(to: "\(ScratchStream.prefix).>")
        try await connection.flush()
        for number in 1...3 { try await publisher.publish("\(number)", to: "\(ScratchStream.prefix).\(number)") }
        var received: [SubscribedMessage] = []
        for await message in messages {
            received.append(message)
            if received.count == 3 { break }
        }
        #expect(received.map { String(decoding: $0.body, as: UTF8.self) } == ["1", "2", "3"])
        #expect(received.map(\.subject) == (1...3).map { "\(ScratchStream.prefix).\($0)" })
        #expect(received.allSatisfy { $0.receivedAt <= .now })
    }

    @Test
    func `nothing is dropped for a subscriber that reads late`() async throws {
        let connection = try await ScratchStream.make()
        let messages = try await connection.subscribe(to: "\(ScratchStream.prefix).>")
        try await connection.flush()
        let outcomes = try await connection.makePublisher().publish(20_000, timeout: .seconds(60)) { number, draft in
            try draft.write("\(number)", to: "\(ScratchStream.prefix).a")
        }
        #expect(outcomes.allSatisfy { $0.word == "acknowledged" })
        var next = 0
        for await message in messages {
            guard String(decoding: message.body, as: UTF8.self) == "\(next)" else { break }
            next += 1
            if next == 20_000 { break }
        }
        #expect(next == 20_000)
    }

    @Test
    func `the sequence ends with the connection`() async throws {
        let connection = try await ScratchStream.connect()
        let messages = try await connection.subscribe(to: "\(ScratchStream.prefix).>")
        await connection.close()
        for await _ in messages { Issue.record("nothing was published") }
    }

    @Test
    func `subscriptions end with their readers, in any order with their connection`() async throws {
        let publisher = try await ScratchStream.make()
        for round in 0..<20 {
            let connection = try await ScratchStream.connect()
            let messages = try await connection.subscribe(to: "\(ScratchStream.prefix).>")
            try await connection.flush()
            let reader = Task {
                for await _ in messages { break }
            }
            try await publisher.publish("x", to: "\(ScratchStream.prefix).a")
            if round.isMultiple(of: 2) { await connection.close() }
            await reader.value
        }
    }
}
