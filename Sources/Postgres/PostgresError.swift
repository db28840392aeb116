/// What went wrong with a connection or a statement.
///
/// `description` is fit for a log: the code, the SQLSTATE and names of database objects. What PostgreSQL said can quote
/// a row's content and is in `debugDescription` only.
package struct PostgresError: Error, Hashable, Sendable {
    /// The kind of failure.
    package struct Code: Hashable, Sendable, CustomStringConvertible {
        private enum Kind: String {
            case connectionFailed = "could not connect"
            case connectionLost = "connection lost"
            case deadlineExceeded = "deadline exceeded"
            case poolExhausted = "no connection became free in time"
            case poolClosed = "the pool is closed"
            case server = "refused by the server"
            case unexpectedResult = "unexpected result"
            case invalidConfiguration = "invalid connection settings"
        }

        private let kind: Kind

        /// No connection could be made: the server is away or refuses us.
        package static let connectionFailed = Code(kind: .connectionFailed)
        /// The connection broke while in use.
        ///
        /// What was under way may or may not have been committed.
        package static let connectionLost = Code(kind: .connectionLost)
        /// The caller's deadline passed; the statement was cancelled and its connection closed.
        package static let deadlineExceeded = Code(kind: .deadlineExceeded)
        /// All connections of the pool were in use for as long as the caller was prepared to wait.
        package static let poolExhausted = Code(kind: .poolExhausted)
        /// The pool was closed.
        package static let poolClosed = Code(kind: .poolClosed)
        /// The server answered with an error; `sqlState` says which.
        package static let server = Code(kind: .server)
        /// The answer has another shape than the statement promises.
        package static let unexpectedResult = Code(kind: .unexpectedResult)
        /// The connection string or a file it names is unusable.
        package static let invalidConfiguration = Code(kind: .invalidConfiguration)

        // swift-format-ignore: AllPublicDeclarationsHaveDocumentation
        package var description: String { self.kind.rawValue }
    }

    /// The kind of failure.
    package var code: Code
    /// The five characters of the server's SQLSTATE, where the server answered.
    package var sqlState: String?
    /// What libpq or the server said.
    ///
    /// May quote a row's content.
    package var message: String
    /// The server's DETAIL line.
    ///
    /// May quote a row's content.
    package var detail: String?
    /// The constraint that refused the row, if it was one.
    package var constraint: String?

    /// Creates an error.
    package init(
        _ code: Code,
        _ message: String,
        sqlState: String? = nil,
        detail: String? = nil,
        constraint: String? = nil
    ) {
        self.code = code
        self.message = message
        self.sqlState = sqlState
        self.detail = detail
        self.constraint = constraint
    }
}

extension PostgresError {
    /// Whether the same work can succeed later without anybody changing it.
    ///
    /// True for everything about connections and for the server's own transient classes
    /// (https://www.postgresql.org/docs/current/errcodes-appendix.html): 08 connection, 25 (a primary that became a
    /// standby), 40 serialization and deadlock, 53 resources, 55 object in use, 57 operator intervention, 58 system.
    package var isRetryable: Bool {
        switch self.code {
        case .connectionFailed, .connectionLost, .deadlineExceeded, .poolExhausted: true
        case .server: ["08", "25", "40", "53", "55", "57", "58"].contains(self.sqlStateClass)
        default: false
        }
    }

    /// Whether the data was refused (SQLSTATE class 22 or 23): the same rows will be refused again.
    package var isDataError: Bool {
        self.sqlStateClass == "22" || self.sqlStateClass == "23"
    }

    /// Whether the database is out of reach, as opposed to present and refusing.
    ///
    /// Class 57P is an operator stopping or starting the server, 53300 a server without a free connection slot.
    package var isUnavailable: Bool {
        switch self.code {
        case .connectionFailed, .connectionLost, .deadlineExceeded, .poolExhausted, .poolClosed: true
        default: self.sqlStateClass == "08" || self.sqlState == "53300" || self.sqlState?.hasPrefix("57P") == true
        }
    }

    private var sqlStateClass: String {
        String(self.sqlState?.prefix(2) ?? "")
    }
}

extension PostgresError: CustomStringConvertible, CustomDebugStringConvertible {
    /// The failure without any row's content.
    package var description: String {
        guard self.code == .server else { return "PostgreSQL: \(self.code): \(self.message)" }
        let state = self.sqlState.map { " (SQLSTATE \($0))" } ?? ""
        let constraint = self.constraint.map { ", constraint \($0)" } ?? ""
        return "PostgreSQL: \(self.code)\(state)\(constraint)"
    }

    /// The failure with everything the server said.
    package var debugDescription: String {
        ([self.description, self.message] + [self.detail].compactMap { $0 }).joined(separator: "; ")
    }
}
