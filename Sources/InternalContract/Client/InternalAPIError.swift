/// Why a call of `/api/internal` failed.
///
/// `description` is fit for a log: a server of ours quotes no row's content.
package struct InternalAPIError: Error, Hashable, Sendable {
    /// The kind of failure.
    package struct Code: Hashable, Sendable, CustomStringConvertible {
        private enum Kind: String {
            case noToken = "no access token is set"
            case unreachable = "the server cannot be reached"
            case interrupted = "no answer came"
            case refused = "the server refused"
            case unexpectedAnswer = "the server answered what the contract does not know"
        }

        private let kind: Kind

        /// There is no token to send.
        package static let noToken = Code(kind: .noToken)
        /// No connection could be made: the request was not sent.
        package static let unreachable = Code(kind: .unreachable)
        /// The connection broke, or time ran out, with the request under way: it may or may not have been carried out.
        package static let interrupted = Code(kind: .interrupted)
        /// The server answered with another status than 200; `status` says which.
        package static let refused = Code(kind: .refused)
        /// The server answered 200 with another body than the contract's.
        package static let unexpectedAnswer = Code(kind: .unexpectedAnswer)

        // swift-format-ignore: AllPublicDeclarationsHaveDocumentation
        package var description: String { self.kind.rawValue }
    }

    /// The kind of failure.
    package let code: Code
    /// The status of the answer, where there was one.
    package let status: Int?
    /// What the server or the HTTP client said.
    package let message: String
    /// How long the server asks to wait before trying again.
    package let retryAfter: Duration?
    /// What a 422 found wrong with the body.
    package let parts: [RefusedPart]

    init(
        _ code: Code,
        _ message: String,
        status: Int? = nil,
        retryAfter: Duration? = nil,
        parts: [RefusedPart] = []
    ) {
        self.code = code
        self.status = status
        self.message = message
        self.retryAfter = retryAfter
        self.parts = parts
    }
}

extension InternalAPIError {
    /// Whether the same call can succeed later without anybody changing it.
    ///
    /// True without an answer, for 408 and 429, and for what is the server's fault. A wrong token, a refused body, and
    /// a server that does not have the route are for a person.
    package var isRetryable: Bool {
        switch self.code {
        case .unreachable, .interrupted: true
        case .refused: self.status.map { $0 == 408 || $0 == 429 || $0 >= 500 && $0 != 501 } ?? false
        default: false
        }
    }

    /// Whether the request may have been carried out all the same.
    package var isOutcomeUnknown: Bool {
        self.code == .interrupted || self.code == .unexpectedAnswer
            || self.status.map { $0 >= 500 && $0 != 503 } ?? false
    }

    /// Whether the data was refused: the same request will be refused again.
    ///
    /// For `POST events/project`, ``parts`` names the events that are to blame.
    package var isDataError: Bool {
        self.code == .refused && (self.status == 422 || self.status == 400 || self.status == 413)
    }
}

extension InternalAPIError: CustomStringConvertible {
    // swift-format-ignore: AllPublicDeclarationsHaveDocumentation
    package var description: String {
        let status = self.status.map { " (\($0))" } ?? ""
        return "internal-api: \(self.code)\(status): \(self.message)"
    }
}
