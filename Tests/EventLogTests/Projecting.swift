import EventLog
import Postgres
import RawJSON
import TestSupport

/// Projects bodies of messages into the running test's database, as the projector does.
enum Projecting {
    /// Messages of the stream `S`.
    private struct Messages: MessageBatch {
        let bodies: [[UInt8]]
        let firstSequence: Int

        var count: Int { self.bodies.count }

        func withBody<Result>(_ index: Int, _ read: (UnsafeRawBufferPointer) -> Result) -> Result {
            self.bodies[index].withUnsafeBytes(read)
        }

        func deadLetter(_ index: Int, reason: DeadLetterReason) -> DeadLetter {
            DeadLetter(
                stream: "S",
                streamSequence: UInt64(index + self.firstSequence),
                subject: "s.\(index)",
                headers: Array("Nats-Msg-Id: \(index)\r\n".utf8),
                body: self.bodies[index],
                reason: reason
            )
        }
    }

    /// Projects bodies of messages of the stream `S`, whose sequences count from a first one.
    static func project(
        _ bodies: [[UInt8]],
        firstSequence: Int = 0,
        service: ProjectionService? = nil,
        onStep: @escaping @Sendable () -> Void = {}
    ) async throws -> ProjectionService.Outcome {
        let pool = ScratchDatabase.makePool()
        let service = service ?? ProjectionService(pool: pool)
        let messages = Messages(bodies: bodies, firstSequence: firstSequence)
        let outcome = try await service.project(messages, onStep: onStep)
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
