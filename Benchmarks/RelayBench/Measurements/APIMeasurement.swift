import EventLog
import NIOCore
import NIOHTTP1
import Outbox
import Postgres
import RawJSON

/// Claims, marks and projects through HTTP, and the same statements without HTTP.
struct APIMeasurement: Measurement {
    static let name = "api"
    static let summary = "claim, mark-published and project of 1,000 through HTTP, against the same SQL without it"

    private static let batch = 1000
    private static let callers = 2

    func figures(_ bench: Bench) async throws -> [Figure] {
        let (service, url) = try bench.programs.service("internal-api")
        return try await withProcess {
            service
        } _: { _ in
            try await APIClient.with(url) { client in
                try await client.waitUntilReady()
                return [try await self.relay(bench, client), try await self.project(bench, client)]
            }
        }
    }

    private func relay(_ bench: Bench, _ client: APIClient) async throws -> Figure {
        let rows = bench.size.rows
        let seconds = try await bench.interleave { _ in
            try await Self.drain(bench, rows) { _ in
                let claim = ByteBuffer(string: #"{"limit": \#(Self.batch)}"#)
                let ids = Self.ids(in: try await client.call(.POST, "/api/internal/outbox/claim", claim))
                guard !ids.isEmpty else { return 0 }
                let mark = ByteBuffer(string: #"{"outbox_ids": [\#(ids.joined(separator: ","))]}"#)
                try await client.call(.POST, "/api/internal/outbox/mark-published", mark)
                return ids.count
            }
        } limit: { _ in
            try await Self.drain(bench, rows) { connection in
                let repository = OutboxRepository(connection)
                let claimed = try await repository.claim(
                    limit: Int64(Self.batch),
                    lease: .seconds(60),
                    isOrdered: false
                )
                return try await repository.markPublished(claimed.rows.map(\.outboxID))
            }
        }
        return Figure(
            "api.relay",
            "claim and mark through HTTP",
            unit: "rows/s",
            seconds.ours.map { Double(rows) / $0 },
            limit: seconds.limit.map { Double(rows) / $0 },
            goal: .ratio(0.5)
        )
    }

    private func project(_ bench: Bench, _ client: APIClient) async throws -> Figure {
        let bodies = try await Self.bodies(bench, bench.size.rows)
        let rows = bodies.count * Self.batch
        let seconds = try await bench.interleave { _ in
            try await Self.time(bench, bodies) { body, _ in
                try await client.call(.POST, "/api/internal/events/project", body)
            }
        } limit: { _ in
            try await Self.time(bench, bodies) { body, connection in
                // The envelopes are decoded here, too, since the statement takes columns.
                let document = try JSONDocument(parsing: Array(body.readableBytesView), indexingDepth: 3)
                _ = try await EventRepository(connection).insert(EventMessage(document).envelopes)
            }
        }
        return Figure(
            "api.project",
            "project through HTTP",
            unit: "events/s",
            seconds.ours.map { Double(rows) / $0 },
            limit: seconds.limit.map { Double(rows) / $0 },
            goal: .ratio(0.5)
        )
    }

    /// Has callers move batches until none is left; returns how many seconds that took.
    private static func drain(
        _ bench: Bench,
        _ rows: Int,
        _ move: @escaping @Sendable (PostgresConnection) async throws -> Int
    ) async throws -> Double {
        try await bench.database.reset()
        try await bench.database.addRows(rows)
        try await bench.database.settle()
        let seconds = try await self.time(bench, callers: self.callers) { connection in
            while try await move(connection) > 0 {}
        }
        let published = try await bench.database.rows("PUBLISHED")
        guard published == rows else { throw BenchError("\(published) of \(rows) rows were published") }
        return seconds
    }

    /// Has callers share the bodies; returns how many seconds that took.
    private static func time(
        _ bench: Bench,
        _ bodies: [ByteBuffer],
        _ send: @escaping @Sendable (ByteBuffer, PostgresConnection) async throws -> Void
    ) async throws -> Double {
        try await bench.database.reset()
        let next = Turn(bodies)
        let seconds = try await self.time(bench, callers: self.callers) { connection in
            while let body = next.take() { try await send(body, connection) }
        }
        let events = try await bench.database.events()
        guard events == bodies.count * self.batch else { throw BenchError("\(events) events were projected") }
        return seconds
    }

    private static func time(
        _ bench: Bench,
        callers: Int,
        _ work: @escaping @Sendable (PostgresConnection) async throws -> Void
    ) async throws -> Double {
        var connections: [PostgresConnection] = []
        for _ in 0..<callers { connections.append(try await Database.connect(bench.database.uri)) }
        let start = ContinuousClock.now
        try await withThrowingTaskGroup(of: Void.self) { group in
            for connection in connections { group.addTask { try await work(connection) } }
            try await group.waitForAll()
        }
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        for connection in connections { await connection.close() }
        return seconds
    }

    private static func bodies(_ bench: Bench, _ rows: Int) async throws -> [ByteBuffer] {
        let result = try await bench.database.connection.query(
            Self.envelopes,
            [.integer(Int64(rows / self.batch)), .integer(Int64(self.batch))]
        )
        return (0..<result.rowCount).map { row in
            result.withBytes(row: row, column: 0) { ByteBuffer(bytes: $0) }
        }
    }

    /// The values of `outbox_id` in an answer to a claim.
    ///
    /// Found without a parser, so that the caller costs as little as can be.
    private static func ids(in answer: ByteBuffer) -> [String] {
        let key = Array(#""outbox_id":"#.utf8)
        return answer.withUnsafeReadableBytes { bytes in
            var ids: [String] = []
            var place = 0
            while place + key.count < bytes.count {
                guard bytes[place] == key[0], bytes[place..<place + key.count].elementsEqual(key) else {
                    place += 1
                    continue
                }
                let digits = bytes[(place + key.count)...].drop { $0 == UInt8(ascii: " ") }
                    .prefix { UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }
                ids.append(String(decoding: digits, as: UTF8.self))
                place = digits.endIndex
            }
            return ids
        }
    }

    private static let envelopes = Statement(
        """
        SELECT '{"events": ' || json_agg(\(Database.envelope))::text || '}'
        FROM generate_series(0, $1::bigint - 1) AS batch,
            generate_series(batch * $2::bigint + 1, (batch + 1) * $2::bigint) AS g
        GROUP BY batch
        """
    )
}
