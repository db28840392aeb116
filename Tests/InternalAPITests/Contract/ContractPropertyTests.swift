import AsyncHTTPClient
import Foundation
import HTTPTypes
import NIOCore
import NIOHTTP1
import Postgres
import RawJSON
import TestSupport
import Testing

@testable import InternalAPI

/// Requests of all kinds, made by chance, against a model that was written from the contract and not from the code.
///
/// `NOETL_RELAY_SEED` repeats a run, whose seed is printed.
@Suite(.scratchDatabase, .timeLimit(.minutes(10)))
struct ContractPropertyTests {
    enum Schema: String, CaseIterable {
        case migrated, current, older

        var cases: Int { self == .migrated ? 6000 : 2500 }
    }

    @Test(arguments: Schema.allCases)
    func `an independent client finds no difference from the contract`(schema: Schema) async throws {
        let given = ProcessInfo.processInfo.environment["NOETL_RELAY_SEED"].flatMap { UInt64($0) }
        let seed = given ?? .random(in: 0 ... .max)
        print("contract over the \(schema) schema: \(schema.cases) cases, NOETL_RELAY_SEED=\(seed)")
        let database = try await TestDatabase()
        if let existing = ExistingSchema(rawValue: schema.rawValue) {
            try await database.run("DROP SCHEMA noetl CASCADE")
            try await database.run(existing.sql)
            try await database.run("DELETE FROM noetl.outbox; DELETE FROM noetl.event")
        }
        // Leases run out when the test says so.
        try await API.with(database, settings: ["NOETL_OUTBOX_LEASE_SECONDS": "86400"]) { api in
            var run = ContractRun(api: api, schema: schema, seed: seed)
            for number in 0..<schema.cases where run.differences < 3 {
                if number % 25 == 0 { try await run.stir() }
                try await run.ask()
                if number % 250 == 249 || number == schema.cases - 1 { try await run.compareTables() }
            }
        }
    }
}

/// One run of cases against one program over one database.
struct ContractRun {
    let api: API
    let seed: UInt64
    private(set) var differences = 0
    private var dialogue: ContractDialogue
    private var lastID: Int64 = 0
    private var asked = 0

    init(api: API, schema: ContractPropertyTests.Schema, seed: UInt64) {
        self.api = api
        self.seed = seed
        let events = EventModel(keyIsEvent: schema == .older, catalog: schema == .migrated ? nil : [1])
        self.dialogue = ContractDialogue(random: SeededGenerator(seed: seed), events: events)
    }

    /// Sends the next case and compares.
    mutating func ask() async throws {
        let next = self.dialogue.next()
        self.asked += 1
        var answer = try await self.send(next)
        if next.path.hasSuffix("pending-count"), next.expected.status == 200 {
            // A count may be a second old.
            let deadline = ContinuousClock.now + .seconds(30)
            while answer.text != next.expected.body, ContinuousClock.now < deadline {
                answer = try await self.send(next)
            }
        }
        let fault = try self.fault(of: answer, next.expected)
        if let fault {
            self.differences += 1
            Issue.record(
                "case \(self.asked) of seed \(self.seed): \(fault)\n\(next.description)\nanswered \(answer.status) \(answer.text.prefix(1000))"
            )
        }
        if next.expected.status == 200, next.path.hasSuffix("mark-failed") { try await self.settleDelay(next, answer) }
    }

    /// Adds rows, lets leases run out, and makes rows due.
    mutating func stir() async throws {
        for id in self.dialogue.outbox.rows.keys.sorted() where self.dialogue.random.oneIn(3) {
            guard var row = self.dialogue.outbox.rows[id] else { continue }
            if row.status == "IN_FLIGHT", row.isLeased {
                row.isLeased = false
                try await self.api.database.run(
                    "UPDATE noetl.outbox SET locked_at = now() - interval '2 days' WHERE outbox_id = \(id)"
                )
            } else if row.status == "FAILED", !row.isParked {
                row.isDue = true
                try await self.api.database.run(
                    "UPDATE noetl.outbox SET available_at = now() - interval '1 minute' WHERE outbox_id = \(id)"
                )
            }
            self.dialogue.outbox.rows[id] = row
        }
        // What is published long since tells nothing new.
        let published = self.dialogue.outbox.rows.filter { $0.value.status == "PUBLISHED" }.keys.sorted().dropLast(20)
        if !published.isEmpty {
            let list = published.map { "\($0)" }.joined(separator: ",")
            try await self.api.database.run("DELETE FROM noetl.outbox WHERE outbox_id IN (\(list))")
            for id in published { self.dialogue.outbox.rows[id] = nil }
        }
        while self.dialogue.outbox.rows.count < 60 { try await self.addRow() }
    }

    private mutating func addRow() async throws {
        self.lastID += Int64(self.dialogue.random.integer(1...3))
        var row = OutboxModel.Row(
            execution: self.dialogue.random.oneIn(5) ? nil : Int64(self.dialogue.random.integer(1...6)),
            event: self.lastID,
            subject: self.dialogue.random.oneIn(4) ? "some.subject" : nil,
            payload: "",
            status: "PENDING",
            attempts: 0,
            isDue: true,
            isLeased: false
        )
        switch self.dialogue.random.integer(0...9) {
        case 0: (row.status, row.attempts, row.isDue) = ("FAILED", 3, false)
        case 1: (row.status, row.attempts, row.isParked, row.isDue) = ("FAILED", 20, true, false)
        case 2: (row.status, row.attempts, row.isLeased) = ("IN_FLIGHT", 1, true)
        case 3: (row.status, row.attempts) = ("IN_FLIGHT", 2_147_483_647)
        case 4: row.status = "PUBLISHED"
        case 5 where row.execution == nil: row.isDue = false
        default: break
        }
        let payload = Tree.random(&self.dialogue.random).json(&self.dialogue.random)
        let available =
            row.isParked ? "'infinity'" : row.isDue ? "now() - interval '1 minute'" : "now() + interval '1 day'"
        let locked =
            row.status == "IN_FLIGHT" ? (row.isLeased ? "now()" : "now() - interval '2 days'") : "NULL"
        let subject = row.subject.map { "'\($0)'" } ?? "NULL"
        let execution = row.execution.map { "\($0)" } ?? "NULL"
        row.payload = try await self.api.database.cell(
            """
            INSERT INTO noetl.outbox (outbox_id, execution_id, event_id, subject, payload, status, attempts, available_at,
                locked_at)
            VALUES (\(self.lastID), \(execution), \(row.event), \(subject), $noetl$\(payload)$noetl$, '\(row.status)',
                \(row.attempts), \(available), \(locked))
            RETURNING payload::text
            """
        )
        self.dialogue.outbox.rows[self.lastID] = row
    }

    /// Compares what the tables hold with what they should.
    mutating func compareTables() async throws {
        let rows = try await self.api.database.column(OutboxModel.query)
        if rows != self.dialogue.outbox.lines {
            self.differences += 1
            let differing = zip(rows, self.dialogue.outbox.lines).first { $0 != $1 }
            Issue.record("seed \(self.seed): noetl.outbox after case \(self.asked): \(String(describing: differing))")
        }
        let events = try await self.api.database.eventsUnlike(self.dialogue.events.rows)
        if !events.isEmpty {
            self.differences += 1
            Issue.record("seed \(self.seed): noetl.event after case \(self.asked): \(events.prefix(3))")
        }
    }

    /// Checks the delay of a row that was marked failed, and keeps it from becoming due by itself.
    private func settleDelay(_ next: ContractCase, _ answer: Answer) async throws {
        guard let delay = try answer.json["available_at_in"]?.rawText, delay != "null", answer.text.contains("true")
        else { return }
        let rows = try await self.api.database.column(
            """
            UPDATE noetl.outbox AS o SET available_at = now() + interval '1 day'
            FROM (
                SELECT outbox_id, extract(epoch FROM available_at - updated_at)::bigint AS delay
                FROM noetl.outbox
                WHERE status = 'FAILED' AND available_at < 'infinity'
                ORDER BY updated_at DESC LIMIT 1
            ) AS marked
            WHERE o.outbox_id = marked.outbox_id
            RETURNING marked.delay
            """
        )
        #expect(rows == [delay], "seed \(self.seed), case \(self.asked)")
    }

    private func send(_ next: ContractCase) async throws -> Answer {
        var request = HTTPClientRequest(url: "http://127.0.0.1:\(self.api.port)\(next.path)")
        request.method = HTTPMethod(rawValue: next.method)
        for (name, value) in next.headers where value != "\0" { request.headers.add(name: name, value: value) }
        if !next.headers.contains(where: { $0.0 == "Authorization" }) {
            request.headers.add(name: "Authorization", value: "Bearer \(API.token)")
        }
        if let body = next.body { request.body = next.isChunked ? .bytes(body, length: .unknown) : .bytes(body) }
        return try await Answer(HTTPClient.shared.execute(request, timeout: .seconds(240)))
    }

    /// What is wrong with an answer, if anything is.
    private func fault(of answer: Answer, _ expected: ContractCase.Expected) throws -> String? {
        guard answer.status == expected.status else { return "another status" }
        if let body = expected.body, answer.text != body { return "another body" }
        if let allow = expected.allow, answer.headers[.allow] != allow { return "another Allow" }
        guard answer.headers[.contentType] == "application/json" || answer.bytes.isEmpty else { return "another type" }
        guard expected.status >= 400, !answer.bytes.isEmpty else { return nil }
        guard expected.status == 422 else { return try answer.detail == nil ? "no sentence" : nil }
        let details = try answer.json["detail"]?.elements.map { $0 } ?? []
        guard !details.isEmpty else { return "no faults" }
        for detail in details {
            guard detail["type"]?.string != nil, detail["msg"]?.string != nil, detail["input"] != nil,
                detail["loc"]?.elements.first(where: { _ in true })?.string == "body"
            else { return "another shape than FastAPI's" }
        }
        guard !expected.places.isEmpty else { return nil }
        let places = Set(
            details.map {
                $0["loc"]?.elements.dropFirst().map { $0.string ?? $0.rawText }.joined(separator: ".") ?? "?"
            }
        )
        let isRight = expected.isComplete ? places == expected.places : places.isSubset(of: expected.places)
        return isRight ? nil : "other places: \(places)"
    }
}
