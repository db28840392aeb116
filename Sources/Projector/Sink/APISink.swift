import EventLog
import InternalContract
import JetStream
import Logging
import RawJSON

/// Events and dead letters by way of `/api/internal`: no connection to the database.
///
/// The promises are the same, over requests instead of a transaction: first the events, then the dead letters, and nothing
/// is done before the server has answered for it. Every request may be sent again.
struct APISink: EventSink {
    /// A server that is there answers sooner.
    private static let stopLimit = StopLimit(patience: .seconds(5))

    private let client: InternalAPIClient
    private let stream: String
    private let shard: Shard
    private let recording: DeadLetterRecording

    init(client: InternalAPIClient, settings: ProjectorSettings, logger: Logger) {
        self.client = client
        self.stream = settings.stream
        self.shard = settings.shard
        self.recording = DeadLetterRecording(stream: settings.stream, logger: logger)
    }

    func store(
        _ messages: DeliveredMessages,
        _ progress: inout BatchProgress,
        onStep: @escaping @Sendable () -> Void
    ) async throws {
        let messages = OwnMessages(messages, from: self.stream, in: self.shard)
        progress.begin(with: messages.indices)
        var readable: [APIMessage] = []
        var refused: [(place: Int, reason: DeadLetterReason)] = []
        var parser = JSONParser(indexingDepth: EventMessage.indexingDepth)
        for (place, index) in messages.indices.enumerated() where progress.states[index] == .open {
            // For what the server reads an envelope for, too.
            switch messages.withBody(place, { MessageContent(reading: $0, for: .contract, with: &parser) }) {
            case .success(let events): readable.append(APIMessage(place: place, index: index, events: events))
            case .failure(let reason): refused.append((place, reason))
            }
        }
        refused += try await self.project(readable, &progress, onStep)
        guard !refused.isEmpty else { return }
        let letters = refused.map { place, reason in
            (messages.indices[place], messages.deadLetter(place, reason: reason))
        }
        try await self.record(letters, &progress, onStep)
    }

    func look() async throws -> Int? {
        // Costs the server little, since it shares its count between all who ask, and needs token and database.
        _ = try await self.client.pendingCount()
        return nil
    }

    func close() async {}

    /// Stores the events of messages, each message's all or none.
    ///
    /// A part that the server refuses is sent again without what the server names. Where it names nothing, or refuses that as
    /// well, the part is halved: k bad messages of n cost at most 2k requests more where they are named, and 2k·log₂ n where
    /// not.
    ///
    /// - Returns: The messages that the server refuses, with its reasons.
    private func project(
        _ messages: [APIMessage],
        _ progress: inout BatchProgress,
        _ onStep: () -> Void
    ) async throws -> [(place: Int, reason: DeadLetterReason)] {
        var refused: [(place: Int, reason: DeadLetterReason)] = []
        var parts = [(messages: messages, isRemainder: false)]
        while let part = parts.popLast() {
            guard !part.messages.isEmpty else { continue }
            onStep()
            do {
                let events = part.messages.flatMap(\.events)
                let answer = try await Self.stopLimit.run { try await self.client.project(events.map(\.json.bytes)) }
                progress.finish(
                    part.messages.map(\.index),
                    ProjectionService.Outcome(
                        projected: answer.projected,
                        duplicates: answer.duplicates,
                        oldest: events.compactMap(\.timestamp).min()
                    )
                )
            } catch let error as InternalAPIError where error.isDataError {
                let named = error.refusals(of: part.messages)
                refused += named.map { (part.messages[$0].place, $1) }
                let rest = part.messages.indices.filter { named[$0] == nil }.map { part.messages[$0] }
                if !named.isEmpty, !part.isRemainder {
                    parts.append((rest, true))
                } else {
                    let middle = rest.count / 2
                    parts.append((Array(rest[middle...]), false))
                    parts.append((Array(rest[..<middle]), false))
                }
            }
        }
        return refused
    }

    /// Records dead letters; those that cannot be recorded stay in the stream.
    private func record(
        _ letters: [(index: Int, letter: DeadLetter)],
        _ progress: inout BatchProgress,
        _ onStep: () -> Void
    ) async throws {
        var parts = [letters[...]]
        while let part = parts.popLast() {
            onStep()
            do {
                let sent = part.map { DeadLettersRequest.Letter($0.letter) }
                _ = try await Self.stopLimit.run { try await self.client.recordDeadLetters(sent) }
                self.recording.noteSuccess()
                progress.finish(part.map(\.index), ProjectionService.Outcome(deadLetters: part.count))
            } catch let error as InternalAPIError where error.isDataError && part.count > 1 {
                let middle = part.startIndex + part.count / 2
                parts.append(part[middle...])
                parts.append(part[..<middle])
            } catch let error as InternalAPIError where error.isDataError || error.isRouteMissing {
                self.recording.noteFailure(error, count: part.count)
                progress.keep(part.map(\.index))
            }
        }
    }
}
