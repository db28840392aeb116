import Hummingbird
import InternalContract
import Outbox

/// `/api/internal/outbox`.
struct OutboxHandlers {
    let outbox: OutboxService
    let pendingCount: SharedPendingCount
    let reader: RequestReader

    /// Adds the routes to a router.
    func add(to router: some RouterMethods<APIContext>) {
        router.on(.claim, use: self.claim)
        router.on(.markPublished, use: self.markPublished)
        router.on(.markFailed, use: self.markFailed)
        router.on(.pendingCount, use: self.countPending)
    }

    @Sendable
    private func claim(_ request: Request, context: APIContext) async throws -> Response {
        let body = try await self.reader.read(ClaimRequest.self, from: request, context)
        let leased = try await self.outbox.claim(limit: body.limit, isOrdered: body.isOrdered)
        context.facts.note(executionsOf: leased.rows.map(\.executionID))
        return Response(json: ClaimAnswer.json(leased))
    }

    @Sendable
    private func markPublished(_ request: Request, context: APIContext) async throws -> Response {
        let body = try await self.reader.read(MarkPublishedRequest.self, from: request, context)
        context.facts.note(count: body.outboxIDs.count)
        let marked = try await self.outbox.markPublished(body.outboxIDs, claimedAttempts: body.claimedAttempts)
        return Response(json: MarkPublishedAnswer(marked: marked).json)
    }

    @Sendable
    private func markFailed(_ request: Request, context: APIContext) async throws -> Response {
        let body = try await self.reader.read(MarkFailedRequest.self, from: request, context)
        guard !body.isParked else {
            let isParked = try await self.outbox.park(
                body.outboxID,
                error: body.error,
                claimedAttempts: body.claimedAttempts
            )
            return Response(json: MarkFailedAnswer(isMarked: isParked, delaySeconds: nil).json)
        }
        let (isMarked, delaySeconds) = try await self.outbox.markFailed(
            body.outboxID,
            error: body.error,
            attempts: body.attempts,
            claimedAttempts: body.claimedAttempts,
            maximumDelaySeconds: body.maximumDelaySeconds
        )
        return Response(json: MarkFailedAnswer(isMarked: isMarked, delaySeconds: delaySeconds).json)
    }

    @Sendable
    private func countPending(_ request: Request, context: APIContext) async throws -> Response {
        Response(json: PendingCountAnswer(pending: try await self.pendingCount.value().count).json)
    }
}
