import HTTPTypes
import Hummingbird
import InternalContract
import NIOCore
import NIOHTTPTypes
import Settings

/// Reads the bodies of requests.
struct RequestReader: Sendable {
    /// The longest body that is read.
    let maximumBytes: Int

    /// Reads a request's body.
    ///
    /// - Throws: ``Refusal`` for a body that the route does not take.
    func read<Body: ContractRequest>(
        _ type: Body.Type,
        from request: Request,
        _ context: APIContext
    ) async throws -> Body {
        try self.checkContentType(request)
        let bytes = try await self.bytes(of: request, context)
        do {
            return try Body(parsing: bytes)
        } catch {
            throw Refusal(error)
        }
    }

    private func checkContentType(_ request: Request) throws(Refusal) {
        guard ContentType(request.headers[.contentType] ?? "").isJSON else {
            throw Refusal(
                .invalid([
                    ValidationFault(
                        .notAnObject,
                        at: [],
                        "The body must be JSON and its Content-Type application/json",
                        input: nil
                    )
                ])
            )
        }
    }

    private func bytes(of request: Request, _ context: APIContext) async throws -> [UInt8] {
        if let length = request.headers[.contentLength].flatMap(Int.init), length > self.maximumBytes {
            throw self.tooLarge
        }
        if request.headers[.expect]?.lowercased() == "100-continue" {
            try await context.channel.writeAndFlush(HTTPResponsePart.head(HTTPResponse(status: .continue)))
        }
        do {
            return Array(buffer: try await request.body.collect(upTo: self.maximumBytes))
        } catch is NIOTooManyBytesError {
            throw self.tooLarge
        }
    }

    private var tooLarge: Refusal {
        Refusal(
            .contentTooLarge,
            "The body is longer than \(self.maximumBytes) bytes (\(APISettings.maximumBodyBytes.name))."
        )
    }
}
