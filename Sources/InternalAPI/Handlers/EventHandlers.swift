import EventLog
import Hummingbird
import InternalContract

/// `/api/internal/events`.
struct EventHandlers {
    let events: EventService
    let deadLetters: DeadLetterService
    let reader: RequestReader

    /// Adds the routes to a router.
    func add(to router: some RouterMethods<APIContext>) {
        router.on(.project, use: self.project)
        router.on(.deadLetters, use: self.recordDeadLetters)
    }

    @Sendable
    private func project(_ request: Request, context: APIContext) async throws -> Response {
        let body = try await self.reader.read(ProjectRequest.self, from: request, context)
        context.facts.note(executionsOf: body.envelopes.map(\.executionID))
        do {
            let (projected, duplicates) = try await self.events.project(body.envelopes)
            return Response(json: ProjectAnswer(projected: projected, duplicates: duplicates).json)
        } catch let refused as RefusedEvent {
            throw Refusal(.invalid([ValidationFault(refused)]))
        }
    }

    @Sendable
    private func recordDeadLetters(_ request: Request, context: APIContext) async throws -> Response {
        let body = try await self.reader.read(DeadLettersRequest.self, from: request, context)
        context.facts.note(count: body.letters.count)
        let (recorded, duplicates) = try await self.deadLetters.record(body.letters.map { DeadLetter($0) })
        return Response(json: DeadLettersAnswer(recorded: recorded, duplicates: duplicates).json)
    }
}
