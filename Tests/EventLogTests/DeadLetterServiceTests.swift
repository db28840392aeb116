import EventLog
import Postgres
import TestSupport
import Testing

@Suite(.scratchDatabase, .timeLimit(.minutes(10)))
struct DeadLetterServiceTests {
    private let pool = ScratchDatabase.makePool()
    private var service: DeadLetterService { DeadLetterService(pool: self.pool) }

    /// Projects messages of which six become dead letters: three that cannot be read and three that are refused.
    private func fill() async throws {
        let bodies = (0..<3).flatMap { number in
            ["no json \(number)", #"{"event_id": \#(number), "result": {}}"#, #"{"event_id": \#(number + 100)}"#]
        }
        #expect(try await Projecting.project(bodies).deadLetters == 6)
    }

    @Test
    func `dead letters are listed page by page in the order of their keys, without bodies`() async throws {
        try await self.fill()
        var listed: [RecordedDeadLetter] = []
        while true {
            let page = try await self.service.list(after: listed.last?.id ?? 0, limit: 4)
            if page.isEmpty { break }
            listed += page
        }
        #expect(listed.count == 6)
        #expect(listed.map(\.id) == listed.map(\.id).sorted())
        #expect(Set(listed.map(\.letter.streamSequence)) == [0, 1, 3, 4, 6, 7])
        #expect(listed.allSatisfy { $0.letter.body.isEmpty && $0.bodyBytes > 0 && $0.letter.stream == "S" })
    }

    @Test(
        arguments: [
            (DeadLetterFilter(), 6), (DeadLetterFilter(stream: "S"), 6), (DeadLetterFilter(stream: "T"), 0),
            (DeadLetterFilter(sqlState: ""), 3), (DeadLetterFilter(sqlState: "23514"), 3),
            (DeadLetterFilter(reason: "NOT JSON"), 3), (DeadLetterFilter(reason: "%"), 0),
            (DeadLetterFilter(subjectPrefix: "s.4"), 1), (DeadLetterFilter(sqlState: "", subjectPrefix: "s.4"), 0),
        ]
    )
    func `a filter means the same for lists, counts and discarding`(filter: DeadLetterFilter, count: Int) async throws {
        try await self.fill()
        #expect(try await self.service.list(filter, limit: 100).count == count)
        #expect(try await self.service.counts(filter).total == Int64(count))
        #expect(try await self.service.discard(filter) == count)
        #expect(try await self.service.counts().total == Int64(6 - count))
        #expect(try await self.service.count(upTo: 2) == min(2, 6 - count))
    }

    @Test
    func `counts are by SQLSTATE, and one is shown with headers and body as they came`() async throws {
        try await self.fill()
        let groups = try await self.service.counts().groups
        #expect(Set(groups.map { "\($0.sqlState ?? "-") \($0.count)" }) == ["- 3", "23514 3"])
        let first = try await self.service.list(DeadLetterFilter(subjectPrefix: "s.3"), limit: 1)[0]
        let shown = try #require(try await self.service.find(first.id))
        #expect(String(decoding: shown.letter.body, as: UTF8.self) == "no json 1")
        #expect(shown.letter.headers.map { String(decoding: $0, as: UTF8.self) } == "Nats-Msg-Id: 3\r\n")
        #expect(shown.letter.subject == "s.3")
        #expect(try await self.service.find(first.id + 1000) == nil)
    }

    @Test
    func `once its cause is mended a dead letter is redriven, once`() async throws {
        try await self.fill()
        let connection = try await ScratchDatabase.connect()
        let ids = try await self.service.list(DeadLetterFilter(sqlState: "23514"), limit: 10).map(\.id)
        let refused = try #require(try await self.service.redrive(ids[0]))
        #expect(refused.redriven == 0)
        #expect(refused.refused[ids[0]]?.sqlState == "23514")
        #expect(try await self.service.find(ids[0]) != nil)

        try await connection.query("ALTER TABLE noetl.event DROP CONSTRAINT event_result_shape")
        #expect(try await self.service.redrive(ids[0]) == Redrive(redriven: 1, projected: 1))
        #expect(try await self.service.redrive(ids[0]) == nil)
        // One whose event came by another way meanwhile is done, too.
        #expect(try await Projecting.project([#"{"event_id": 1, "result": {}}"#], firstSequence: 50).projected == 1)
        #expect(try await self.service.redrive(ids[1]) == Redrive(redriven: 1, duplicates: 1))
        #expect(try await connection.integer("SELECT count(*) FROM noetl.event WHERE event_id < 3") == 2)
    }

    @Test
    func `all that match are redriven, by any number at once, and what is still refused stays`() async throws {
        try await self.fill()
        let connection = try await ScratchDatabase.connect()
        try await connection.query("ALTER TABLE noetl.event DROP CONSTRAINT event_result_shape")
        let service = self.service
        let total = try await withThrowingTaskGroup(of: Redrive.self) { group in
            for _ in 0..<4 { group.addTask { try await service.redrive(DeadLetterFilter()) } }
            return try await group.reduce(into: Redrive()) { $0.add($1) }
        }
        #expect(total.redriven == 3)
        #expect(total.projected == 3)
        #expect(total.refused.count == 3)
        #expect(try await self.service.counts().groups.map(\.count) == [3])
        #expect(try await connection.integer("SELECT count(*) FROM noetl.event") == 6)
    }

    @Test
    func `one message of many events is redriven whole or not at all`() async throws {
        let body = #"{"events": [{"event_id": 1}, {"event_id": 2, "result": {}}]}"#
        #expect(try await Projecting.project([body]).deadLetters == 1)
        let connection = try await ScratchDatabase.connect()
        #expect(try await self.service.redrive(DeadLetterFilter()).refused.count == 1)
        #expect(try await connection.integer("SELECT count(*) FROM noetl.event") == 0)
        try await connection.query("ALTER TABLE noetl.event DROP CONSTRAINT event_result_shape")
        #expect(try await self.service.redrive(DeadLetterFilter()) == Redrive(redriven: 1, projected: 2))
    }

    @Test
    func `one is discarded for good, once`() async throws {
        try await self.fill()
        let id = try await self.service.list(limit: 1)[0].id
        #expect(try await self.service.discard(id))
        #expect(try await !self.service.discard(id))
        #expect(try await self.service.counts().total == 5)
    }

    @Test
    func `a stream made anew gives its sequences to other messages, which are recorded too`() async throws {
        for body in ["first", "second", "first"] { _ = try await Projecting.project([body]) }
        let letters = try await self.service.list(limit: 10)
        #expect(letters.map(\.letter.streamSequence) == [0, 0])
    }
}
