import AsyncHTTPClient
import NIOCore
import Waiting

/// A client of `/api/internal`, of ours or of the servers it replaces.
///
/// Any number of tasks may call it at a time; its connections are kept and used again. Calls that bear being sent twice
/// are tried again when the server is away (``ContractRoute/isIdempotent``); a claim and a failed mark are sent once.
/// The current task's ``TraceContext`` travels along.
package final class InternalAPIClient: Sendable {
    let configuration: InternalAPIConfiguration
    let http: HTTPClient
    private let base: String

    /// Creates a client.
    ///
    /// Connects to nothing yet.
    package init(_ configuration: InternalAPIConfiguration) {
        self.configuration = configuration
        self.base = String(configuration.url.reversed().drop { $0 == "/" }.reversed())
        self.http = HTTPClient(eventLoopGroupProvider: .singleton, configuration: Self.options(configuration))
    }

    // The connections close by themselves; nobody waits for them.
    deinit { self.http.shutdown { _ in } }

    private static func options(_ configuration: InternalAPIConfiguration) -> HTTPClient.Configuration {
        var options = HTTPClient.Configuration(
            redirectConfiguration: .disallow,
            timeout: .init(connect: .nanoseconds(configuration.connectTimeout.wholeNanoseconds))
        )
        // Shorter than servers wait for another request on a connection, so that none is used which they just closed.
        options.connectionPool.idleTimeout = .seconds(10)
        options.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = configuration.maximumConnections
        // The HTTP client would go on connecting until the time for the whole call is over.
        options.connectionPool.retryConnectionEstablishment = false
        options.httpVersion = .http1Only
        return options
    }

    func url(of route: ContractRoute) -> String { self.base + route.rawValue }
}

extension InternalAPIClient {
    /// Claims due rows, and rows whose lease ran out, for as long as the server's lease lasts.
    ///
    /// - Parameters:
    ///   - limit: The most rows, 1 to 1000.
    ///   - isOrdered: Whether to leave out rows whose execution has an earlier row that is neither published nor parked,
    ///     outside this claim. Servers that are not ours do not know this.
    /// - Returns: The rows, sorted by `outbox_id`.
    /// - Throws: ``InternalAPIError``, or `CancellationError`. Where its outcome is unknown, the rows it may have claimed
    ///   come back when their lease has run out.
    package func claim(limit: Int, isOrdered: Bool = false) async throws -> ClaimedRows {
        try await self.call(.claim, ClaimRequest(limit: Int64(limit), isOrdered: isOrdered).json)
    }

    /// Marks rows PUBLISHED.
    ///
    /// - Parameters:
    ///   - outboxIDs: The rows, at least one.
    ///   - claimedAttempts: For each row its ``ClaimedRow/attempts``, so that a row which was claimed again after this
    ///     claim's lease ran out is left alone. Servers that are not ours do not know this.
    /// - Returns: How many rows really changed; fewer where an answer got lost and the call was sent again.
    /// - Throws: ``InternalAPIError``, or `CancellationError`.
    @discardableResult
    package func markPublished(_ outboxIDs: [Int64], claimedAttempts: [Int64]? = nil) async throws -> Int {
        let request = MarkPublishedRequest(outboxIDs: outboxIDs, claimedAttempts: claimedAttempts)
        let answer: MarkPublishedAnswer = try await self.call(.markPublished, request.json)
        return answer.marked
    }

    /// Marks a row FAILED, to be tried again after the back-off, or to be parked.
    ///
    /// - Parameters:
    ///   - outboxID: The row.
    ///   - error: Why; the first 2000 Unicode scalars are kept.
    ///   - attempts: The row's ``ClaimedRow/attempts``: they choose the delay, and a row that was claimed again after this
    ///     claim's lease ran out is left alone. Servers that are not ours do not know the latter.
    ///   - maximumDelaySeconds: The longest delay.
    ///   - isParked: Whether not to try it again until somebody lets it go. Servers that are not ours do not know this:
    ///     there it comes back after the back-off.
    /// - Returns: Whether the row changed, and the seconds until it is due again, if ever.
    /// - Throws: ``InternalAPIError``, or `CancellationError`.
    @discardableResult
    package func markFailed(
        _ outboxID: Int64,
        error: String,
        attempts: Int64,
        maximumDelaySeconds: Int64 = 300,
        isParked: Bool = false
    ) async throws -> MarkFailedAnswer {
        let request = MarkFailedRequest(
            outboxID: outboxID,
            error: error,
            attempts: attempts,
            claimedAttempts: attempts,
            maximumDelaySeconds: maximumDelaySeconds,
            isParked: isParked
        )
        return try await self.call(.markFailed, request.json)
    }

    /// How many rows are due or have a lease that ran out, up to the server's limit.
    ///
    /// - Throws: ``InternalAPIError``, or `CancellationError`.
    package func pendingCount() async throws -> Int64 {
        let answer: PendingCountAnswer = try await self.call(.pendingCount, nil)
        return answer.pending
    }

    /// Stores events that are not there yet, all or none.
    ///
    /// - Parameter envelopes: The JSON of at least one envelope, passed on byte for byte.
    /// - Returns: How many were stored and how many were there already; an answer that got lost makes those of the first
    ///   attempt duplicates.
    /// - Throws: ``InternalAPIError``, whose ``InternalAPIError/parts`` name refused events; or `CancellationError`.
    @discardableResult
    package func project(_ envelopes: some Collection<some Collection<UInt8>>) async throws -> ProjectAnswer {
        try await self.call(.project, ProjectBody.json(envelopes))
    }

    /// Records messages that cannot become events, all or none, each once for a message of a stream.
    ///
    /// - Parameter letters: At least one.
    /// - Returns: How many were recorded and how many were there already.
    /// - Throws: ``InternalAPIError``, with the status 404 where the server is not ours and does not know the route; or
    ///   `CancellationError`.
    @discardableResult
    package func recordDeadLetters(_ letters: [DeadLettersRequest.Letter]) async throws -> DeadLettersAnswer {
        try await self.call(.deadLetters, DeadLettersRequest(letters).json)
    }
}
