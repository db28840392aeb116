import Postgres

/// What callers are told of an error of the database.
struct DatabaseFault {
    /// A sentence without any row's content.
    let sentence: String
    /// Whether the same request can succeed later.
    let isTemporary: Bool
    /// Whether the database itself refused the statement, which is for an operator to see.
    let isRefusal: Bool

    init(_ error: PostgresError) {
        self.isRefusal =
            !(error.isUnavailable || error.isRetryable
            || [.poolExhausted, .invalidConfiguration].contains(error.code))
        self.isTemporary = !self.isRefusal || error.isSchemaMissing
        self.sentence =
            if error.code == .poolExhausted {
                "All connections to the database are in use."
            } else if error.isUnavailable || error.code == .invalidConfiguration {
                "The database is not available."
            } else if error.isRetryable {
                "The database could not do this now."
            } else if error.isSchemaMissing {
                "The database is not set up: run relayctl migrate."
            } else {
                "The database refused the request."
            }
    }
}

extension PostgresError {
    /// Whether a schema, table or column is not there.
    fileprivate var isSchemaMissing: Bool {
        ["3F000", "42P01", "42703"].contains(self.sqlState)
    }
}
