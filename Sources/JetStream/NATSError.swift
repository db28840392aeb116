import CLibNATS

/// What went wrong between us and NATS.
package struct NATSError: Error, Hashable, Sendable {
    /// The kind of failure.
    package struct Code: Hashable, Sendable, CustomStringConvertible {
        private enum Kind: String {
            case connectionFailed = "could not connect"
            case connectionClosed = "the connection is closed"
            case timeout = "no answer in time"
            case noResponders = "nothing answers on this subject"
            case maximumPayload = "larger than the server's max_payload"
            case invalidSubject = "not a subject that can be published to"
            case notFound = "not found"
            case refused = "refused by JetStream"
            case invalidConfiguration = "invalid connection settings"
            case other = "failed"
        }

        private let kind: Kind

        /// No connection could be made: the server is away or refuses us.
        package static let connectionFailed = Code(kind: .connectionFailed)
        /// The connection ended.
        ///
        /// It is never resumed; make another.
        package static let connectionClosed = Code(kind: .connectionClosed)
        /// The answer did not come.
        ///
        /// Whether the request had an effect is not known.
        package static let timeout = Code(kind: .timeout)
        /// The server knows nobody who listens: no stream has this subject, or JetStream is not ready.
        package static let noResponders = Code(kind: .noResponders)
        /// The message is larger than the server accepts, now and later.
        package static let maximumPayload = Code(kind: .maximumPayload)
        /// The subject is empty, or has blanks, wildcards or empty tokens.
        package static let invalidSubject = Code(kind: .invalidSubject)
        /// The stream or consumer does not exist.
        package static let notFound = Code(kind: .notFound)
        /// JetStream answered with an error; `jetStreamCode` says which.
        package static let refused = Code(kind: .refused)
        /// The URL, credentials or a certificate file is unusable.
        package static let invalidConfiguration = Code(kind: .invalidConfiguration)
        /// Anything else; `message` has libnats' own words.
        package static let other = Code(kind: .other)

        // swift-format-ignore: AllPublicDeclarationsHaveDocumentation
        package var description: String { self.kind.rawValue }
    }

    /// The kind of failure.
    package var code: Code
    /// JetStream's own error code, where it answered with one
    /// (https://github.com/nats-io/nats-server/blob/main/server/errors.json).
    package var jetStreamCode: Int?
    /// What libnats or the server said.
    package var message: String

    /// Creates an error.
    package init(_ code: Code, _ message: String, jetStreamCode: Int? = nil) {
        self.code = code
        self.message = message
        self.jetStreamCode = jetStreamCode
    }

    /// An error from the status of a libnats call, with what libnats remembers of it on this thread.
    init(_ status: natsStatus, jetStreamCode: jsErrCode? = nil) {
        var last = NATS_OK
        // libnats begins its texts with a place in its source: "(jsm.c:2867): stream not found".
        let remembered = nats_GetLastError(&last).map { String(cString: $0).trimmingSourcePlace } ?? ""
        let text = String(cString: natsStatus_GetText(status))
        self.init(
            status,
            jetStreamCode: jetStreamCode,
            text: last == status && !remembered.isEmpty ? remembered : text
        )
    }

    /// An error from a status and a text that came with it.
    init(_ status: natsStatus, jetStreamCode: jsErrCode?, text: String) {
        let jetStreamCode = jetStreamCode.map { Int($0.rawValue) }.flatMap { $0 == 0 ? nil : $0 }
        self.init(Code(status, jetStreamCode: jetStreamCode), text, jetStreamCode: jetStreamCode)
    }
}

extension NATSError.Code {
    /// Consumer not found (10014), message not found (10037), stream not found (10059): libnats has a status of its own
    /// for some of its calls only.
    private static let notFoundCodes: Set<Int> = [10014, 10037, 10059]

    init(_ status: natsStatus, jetStreamCode: Int?) {
        switch status {
        case NATS_NO_SERVER, NATS_CONNECTION_AUTH_FAILED, NATS_SECURE_CONNECTION_WANTED,
            NATS_SECURE_CONNECTION_REQUIRED, NATS_SSL_ERROR, NATS_NOT_YET_CONNECTED:
            self = .connectionFailed
        case NATS_CONNECTION_CLOSED, NATS_CONNECTION_DISCONNECTED, NATS_STALE_CONNECTION, NATS_IO_ERROR, NATS_DRAINING:
            self = .connectionClosed
        case NATS_TIMEOUT: self = .timeout
        case NATS_NO_RESPONDERS: self = .noResponders
        case NATS_MAX_PAYLOAD: self = .maximumPayload
        case NATS_INVALID_SUBJECT: self = .invalidSubject
        case NATS_NOT_FOUND: self = .notFound
        case _ where Self.notFoundCodes.contains(jetStreamCode ?? 0): self = .notFound
        case _ where jetStreamCode != nil: self = .refused
        default: self = .other
        }
    }
}

extension NATSError {
    /// Whether the same call can succeed later without anybody changing it.
    ///
    /// JetStream's own refusals are retryable too, because most of them pass (a stream that is full, a cluster without a
    /// leader); the exceptions are those about the message itself.
    package var isRetryable: Bool {
        switch self.code {
        case .maximumPayload, .invalidSubject, .invalidConfiguration: false
        case .refused: !Self.permanentRefusals.contains(self.jetStreamCode ?? 0)
        default: true
        }
    }

    /// Whether NATS is out of reach, as opposed to present and refusing one message.
    package var isUnavailable: Bool {
        switch self.code {
        case .connectionFailed, .connectionClosed, .timeout: true
        default: false
        }
    }

    /// Message larger than the stream's `max_msg_size` (10054), header too large (10097).
    private static let permanentRefusals: Set<Int> = [10054, 10097]
}

extension String {
    fileprivate var trimmingSourcePlace: String {
        guard self.hasPrefix("("), let end = self.firstRange(of: "): ") else { return self }
        return String(self[end.upperBound...])
    }
}

extension NATSError: CustomStringConvertible {
    // swift-format-ignore: AllPublicDeclarationsHaveDocumentation
    package var description: String {
        let code = self.jetStreamCode.map { " (JetStream error \($0))" } ?? ""
        return "NATS: \(self.code): \(self.message)\(code)"
    }
}
