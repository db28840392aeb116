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
        do {
            let response = try await next(request, context)
            self.state.reportUp()
            return response
        } catch let error as PostgresError {
            self.state.report(error)
            throw self.refusal(error, context.facts)
        }
    }

    private func refusal(_ error: PostgresError, _ facts: RequestFacts) -> Refusal {
        if error.code == .poolExhausted {
            return .later("All connections to the database are in use.")
        }
        if error.isUnavailable || error.code == .invalidConfiguration {
            return .later("The database is not available.")
        }
        if error.isRetryable {
            return .later("The database could not do this now.")
        }
        self.logger.error(
            "The database refused a statement",
            metadata: facts.identity.merging([LogKey.error: "\(error)"]) { $1 }
        )
        if error.isSchemaMissing {
            return .later("The database is not set up: run relayctl migrate.")
        }
        return Refusal(.internalServerError, "The database refused the request.")
    }
}

extension PostgresError {
    /// Whether a schema, table or column is not there.
    fileprivate var isSchemaMissing: Bool {
        ["3F000", "42P01", "42703"].contains(self.sqlState)
    }
}
