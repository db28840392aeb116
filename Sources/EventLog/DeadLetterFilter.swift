import Postgres

/// Which dead letters are meant: all for which everything that is set holds.
package struct DeadLetterFilter: Hashable, Sendable {
    /// Of this stream.
    package var stream: String?
    /// With this SQLSTATE; empty for those that the database was not asked about.
    package var sqlState: String?
    /// With this in their reason, in any case of letters.
    package var reason: String?
    /// Published to a subject that begins so.
    package var subjectPrefix: String?

    /// Creates a filter; by default all dead letters are meant.
    package init(
        stream: String? = nil,
        sqlState: String? = nil,
        reason: String? = nil,
        subjectPrefix: String? = nil
    ) {
        self.stream = stream
        self.sqlState = sqlState
        self.reason = reason
        self.subjectPrefix = subjectPrefix
    }

    /// The condition over `noetl.event_dead_letter`, with ``parameters`` as `$1` to `$4`.
    static let condition = """
        ($1::text IS NULL OR stream = $1)
            AND ($2::text IS NULL OR coalesce(sql_state, '') = $2)
            AND ($3::text IS NULL OR strpos(lower(reason), lower($3)) > 0)
            AND ($4::text IS NULL OR starts_with(subject, $4))
        """

    /// The values of the condition's parameters.
    var parameters: [PostgresParameter] {
        [.text(self.stream), .text(self.sqlState), .text(self.reason), .text(self.subjectPrefix)]
    }
}
