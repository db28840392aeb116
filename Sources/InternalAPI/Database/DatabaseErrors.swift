import Hummingbird
import Logging
import Postgres
import ServiceRuntime

/// Turns errors of the database into answers, and tells of its state what a request found out.
struct DatabaseErrors: RouterMiddleware {
    let state: DatabaseState
    let logger: Logger

    func handle(
        _ request: Request,
        context: APIContext,
        next: @concurrent (Request, APIContext) async throws -> Response
    ) async throws -> Response {
        // A pending count may be one from before; who counts says what became of it.
        let isOwn = request.uri.path != Endpoint.pendingCount.path
        do {
            let response = try await next(request, context)
            if isOwn { self.state.reportUp() }
            return response
        } catch let error as PostgresError {
            if isOwn { self.state.report(error) }
            throw self.refusal(error, context.facts)
        }
    }

    private func refusal(_ error: PostgresError, _ facts: RequestFacts) -> Refusal {
        let fault = DatabaseFault(error)
        if fault.isRefusal {
            self.logger.error(
                "The database refused a statement",
                metadata: facts.identity.merging([LogKey.error: "\(error)"]) { $1 }
            )
        }
        return fault.isTemporary ? .later(fault.sentence) : Refusal(.internalServerError, fault.sentence)
    }
}
