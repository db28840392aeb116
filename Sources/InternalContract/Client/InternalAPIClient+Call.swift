import AsyncHTTPClient
import Glibc
import NIOCore
import NIOHTTP1
import NIOPosix
import RawJSON
import Settings
import Waiting

extension InternalAPIClient {
    /// Calls a route, again where that is allowed and can help.
    ///
    /// - Parameters:
    ///   - route: The route.
    ///   - body: The body of a POST; `nil` for a GET.
    /// - Returns: The answer.
    /// - Throws: ``InternalAPIError``, or `CancellationError`.
    func call<Answer: ContractAnswer>(_ route: ContractRoute, _ body: [UInt8]?) async throws -> Answer {
        let attempts = route.isIdempotent ? max(1, self.configuration.maximumAttempts) : 1
        var backoff = RetryBackoff(maximum: self.configuration.maximumPause)
        for _ in 1..<attempts {
            do {
                return try await self.attempt(route, body)
            } catch let error as InternalAPIError where error.isRetryable {
                let pause = max(backoff.next(), error.retryAfter ?? .zero)
                try await Task.sleep(for: min(self.configuration.maximumPause, pause))
            }
        }
        return try await self.attempt(route, body)
    }

    private func attempt<Answer: ContractAnswer>(_ route: ContractRoute, _ body: [UInt8]?) async throws -> Answer {
        let request = try self.request(route, body)
        let (head, bytes) = try await self.exchange(request)
        guard head.status == .ok else { throw InternalAPIError(refusal: head, bytes) }
        // A payload that the database could store is at most as deep as its own parser goes, which is further than we
        // let requests go.
        let document = try? JSONDocument(
            parsing: bytes,
            indexingDepth: Answer.indexingDepth,
            maximumDepth: 1_000_000
        )
        guard let answer = document.flatMap({ Answer($0.root) }) else {
            throw InternalAPIError(.unexpectedAnswer, "the body is another than that of \(route.rawValue)", status: 200)
        }
        return answer
    }

    private func request(_ route: ContractRoute, _ body: [UInt8]?) throws(InternalAPIError) -> HTTPClientRequest {
        guard let token = self.configuration.tokens.current.first else {
            throw InternalAPIError(.noToken, "set \(AccessTokens.token.name) or \(AccessTokens.file.name)")
        }
        var request = HTTPClientRequest(url: self.url(of: route))
        request.headers.add(name: "Authorization", value: "Bearer \(token)")
        request.headers.add(name: "Accept", value: "application/json")
        if let trace = TraceContext.current {
            request.headers.add(name: "traceparent", value: trace.parent)
            if let state = trace.state { request.headers.add(name: "tracestate", value: state) }
        }
        if let body {
            request.method = .POST
            request.headers.add(name: "Content-Type", value: "application/json")
            request.body = .bytes(body)
        }
        return request
    }

    private func exchange(_ request: HTTPClientRequest) async throws -> (HTTPClientResponse, [UInt8]) {
        do {
            let end = ContinuousClock.now + self.configuration.timeout
            let timeout = TimeAmount.nanoseconds(self.configuration.timeout.wholeNanoseconds)
            let response = try await self.http.execute(request, timeout: timeout)
            return (response, try await self.body(of: response, until: end))
        } catch let error as InternalAPIError {
            throw error
        } catch {
            try Task.checkCancellation()
            throw InternalAPIError(connection: error)
        }
    }

    /// Reads the body of an answer; the HTTP client's own limit of time ends with the answer's head.
    private func body(of response: HTTPClientResponse, until end: ContinuousClock.Instant) async throws -> [UInt8] {
        try await withThrowingTaskGroup(of: [UInt8].self) { group in
            group.addTask { try await self.body(of: response) }
            group.addTask {
                try await Task.sleep(until: end, clock: .continuous)
                throw HTTPClientError.deadlineExceeded
            }
            defer { group.cancelAll() }
            return try await group.next() ?? []
        }
    }

    private func body(of response: HTTPClientResponse) async throws -> [UInt8] {
        var bytes: [UInt8] = []
        if let length = response.headers.first(name: "Content-Length").flatMap({ Int($0) }) {
            bytes.reserveCapacity(min(length, self.configuration.maximumAnswerBytes))
        }
        for try await part in response.body {
            guard bytes.count + part.readableBytes <= self.configuration.maximumAnswerBytes else {
                let status = Int(response.status.code)
                throw InternalAPIError(.unexpectedAnswer, "the answer is too long", status: status)
            }
            part.withUnsafeReadableBytes { bytes.append(contentsOf: $0) }
        }
        return bytes
    }
}

extension InternalAPIError {
    /// The failure of the HTTP client.
    fileprivate init(connection error: any Error) {
        let neverSent: [HTTPClientError] = [
            .connectTimeout, .tlsHandshakeTimeout, .getConnectionFromPoolTimeout, .alreadyShutdown, .invalidURL,
            .emptyHost,
        ]
        let isUnsent =
            switch error {
            case is NIOConnectionError: true
            case let error as HTTPClientError: neverSent.contains(error)
            // What connecting to an address instead of a name ends in.
            case let error as IOError: [ECONNREFUSED, EHOSTUNREACH, ENETUNREACH].contains(error.errnoCode)
            default: false
            }
        let sentence = (error as? HTTPClientError)?.shortDescription ?? "\(error)"
        self.init(isUnsent ? .unreachable : .interrupted, sentence)
    }

    /// An answer with another status than 200.
    fileprivate init(refusal head: HTTPClientResponse, _ bytes: [UInt8]) {
        let detail = (try? JSONDocument(parsing: bytes, indexingDepth: 5))?.root["detail"]
        let parts = detail?.elements.compactMap { RefusedPart($0) } ?? []
        self.init(
            .refused,
            detail?.string ?? parts.first?.message ?? head.status.reasonPhrase,
            status: Int(head.status.code),
            retryAfter: head.headers.first(name: "Retry-After").flatMap { Int64($0) }.map { .seconds($0) },
            parts: parts
        )
    }
}
