import ArgumentParser
import EventLog

/// Which dead letters a command is about, by what they are.
struct DeadLetterFilterOptions: ParsableArguments {
    @Option(help: "Only those of this stream.")
    var stream: String?

    @Option(
        name: .customLong("sql-state"),
        help: "Only those with this SQLSTATE; \"none\" for those that the database was not asked about."
    )
    var sqlState: String?

    @Option(help: "Only those with this text in their reason.")
    var reason: String?

    @Option(help: "Only those published to a subject that begins so.")
    var subject: String?

    /// The filter.
    var filter: DeadLetterFilter {
        DeadLetterFilter(
            stream: self.stream,
            sqlState: self.sqlState == "none" ? "" : self.sqlState,
            reason: self.reason,
            subjectPrefix: self.subject
        )
    }
}
