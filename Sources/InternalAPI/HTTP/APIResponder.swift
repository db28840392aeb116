import HTTPTypes
import Hummingbird

/// Answers every request: finds its endpoint by the exact path, or says that there is none, and passes it to the router.
///
/// The router alone would take a trailing slash for nothing and a wrong method for a wrong path.
struct APIResponder: HTTPResponder, HTTPResponderBuilder {
    private let router: RouterResponder<APIContext>
    private let observer: RequestObserver
    private let cors: CORSPolicy

    init(router: RouterResponder<APIContext>, observer: RequestObserver, cors: CORSPolicy) {
        self.router = router
        self.observer = observer
        self.cors = cors
    }

    func buildResponder() -> APIResponder { self }

    func respond(to request: Request, context: APIContext) async throws -> Response {
        let endpoint = Endpoint(path: request.uri.path)
        var response = await self.observer.observe(request, endpoint, context.facts) {
            do {
                return try await self.route(request, endpoint, context)
            } catch let refusal as Refusal {
                return refusal.response
            }
        }
        self.cors.mark(&response, to: request)
        return request.method == .head ? response.createHeadResponse() : response
    }

    private func route(_ request: Request, _ endpoint: Endpoint?, _ context: APIContext) async throws -> Response {
        guard let endpoint else { throw Refusal(.notFound, "Not Found") }
        if let answer = self.cors.preflight(request, for: endpoint) { return answer }
        guard request.method == endpoint.method else {
            throw Refusal(.methodNotAllowed, "Method Not Allowed", headers: [.allow: endpoint.method.rawValue])
        }
        guard request.uri.path != endpoint.path else {
            return try await self.router.respond(to: request, context: context)
        }
        var head = request.head
        head.path = endpoint.path
        return try await self.router.respond(to: Request(head: head, body: request.body), context: context)
    }
}
