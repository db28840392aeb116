import HTTPTypes
import Hummingbird
import HummingbirdCore
import InternalContract
import NIOCore
import NIOHTTP1
import NIOHTTPTypes
import Settings

/// Reads the bodies of requests.
struct RequestReader: Sendable {
    /// How many of the longest bodies may be in memory at a time.
    private static let longestBodies = 4

    private let maximumBytes: Int
    private let memory: BodyMemory

    /// Creates a reader of bodies up to a length.
    init(maximumBytes: Int) {
        self.maximumBytes = maximumBytes
        self.memory = BodyMemory(maximum: maximumBytes * Self.longestBodies)
    }

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
        let length = request.headers[.contentLength].flatMap(Int.init)
        if let length, length > self.maximumBytes { throw self.tooLarge }
        if request.headers[.expect]?.lowercased() == "100-continue" {
            try await context.channel.writeAndFlush(HTTPResponsePart.head(HTTPResponse(status: .continue)))
        }
        do {
            return try await self.collect(request.body, length: length, context)
        } catch let refusal as Refusal {
            throw refusal
        } catch is RequestTimedOut {
            throw Refusal(.requestTimeout, "The body did not come in time.")
        } catch is HTTPParserError {
            throw Refusal(.badRequest, "The request is not valid HTTP.")
        } catch {
            throw Refusal(.badRequest, "The body ended early.")
        }
    }

    private func collect(_ body: RequestBody, length: Int?, _ context: APIContext) async throws -> [UInt8] {
        let share = self.memory.makeShare()
        context.facts.hold(share)
        var bytes: [UInt8] = []
        // Address space and not memory, until something is written there.
        if let length { bytes.reserveCapacity(length) }
        for try await part in body {
            guard part.readableBytes <= self.maximumBytes - bytes.count else { throw self.tooLarge }
            guard share.grow(by: part.readableBytes) else {
                throw Refusal.later("The server has as many long requests in memory as it can take.")
            }
            part.withUnsafeReadableBytes { bytes.append(contentsOf: $0) }
        }
        return bytes
    }

    private var tooLarge: Refusal {
        Refusal(
            .contentTooLarge,
            "The body is longer than \(self.maximumBytes) bytes (\(APISettings.maximumBodyBytes.name))."
        )
    }
}
