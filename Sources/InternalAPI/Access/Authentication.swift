import HTTPTypes
import Hummingbird
import InternalContract
import Settings

/// Lets requests with a valid token through, before anything is read of their body.
struct Authentication: RouterMiddleware {
    let tokens: AccessTokenSource

    func handle(
        _ request: Request,
        context: APIContext,
        next: @concurrent (Request, APIContext) async throws -> Response
    ) async throws -> Response {
        try self.check(request.headers[fields: .authorization].first?.value ?? "")
        return try await next(request, context)
    }

    private func check(_ authorization: String) throws(Refusal) {
        let tokens = self.tokens.current
        guard !tokens.isEmpty else {
            throw Refusal(
                .serviceUnavailable,
                "The API is closed: \(AccessTokens.token.name) is not set on the server."
            )
        }
        let parts = authorization.trimmingBlanks.split(maxSplits: 1, whereSeparator: \.isWhitespace)
        guard parts.count == 2, parts[0].lowercased() == "bearer" else {
            throw Refusal(.forbidden, "A Bearer token is required: Authorization: Bearer <token>.")
        }
        guard tokens.contains(parts[1].trimmingBlanks) else {
            throw Refusal(.forbidden, "The Bearer token is not valid.")
        }
    }
}
