import EventLog
import Postgres
import RawJSON
import TestSupport

/// Projects bodies of messages into the running test's database, as the projector does.
enum Projecting {
    /// Projects bodies of messages of the stream `S`, whose sequences count from a first one.
    static func project(
        _ bodies: [[UInt8]],
        firstSequence: Int = 0,
        service: ProjectionService? = nil
    ) async throws -> ProjectionService.Outcome {
        let pool = ScratchDatabase.makePool()
        let service = service ?? ProjectionService(pool: pool)
        let table = try await service.table()
        var parser = JSONParser(indexingDepth: EventMessage.indexingDepth)
        let contents = bodies.map { body in
            body.withUnsafeBytes { MessageContent(reading: $0, for: table, with: &parser) }
        }
        let outcome = try await service.project(contents, for: table) { index, reason in
            DeadLetter(
                stream: "S",
                streamSequence: UInt64(index + firstSequence),
                subject: "s.\(index)",
                headers: Array("Nats-Msg-Id: \(index)\r\n".utf8),
                body: bodies[index],
                reason: reason
            )
        }
        await pool.close()
        return outcome
    }

    /// Projects texts.
    static func project(
        _ bodies: [String],
        firstSequence: Int = 0,
        service: ProjectionService? = nil
    ) async throws -> ProjectionService.Outcome {
        try await self.project(bodies.map { Array($0.utf8) }, firstSequence: firstSequence, service: service)
    }

    /// The reasons of all dead letters, in the order of their messages.
    static func reasons() async throws -> [String] {
        try await ScratchDatabase.connect().texts(
            "SELECT reason FROM noetl.event_dead_letter ORDER BY stream_sequence, dead_letter_id"
        )
    }
}
