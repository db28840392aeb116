import Postgres

/// What to tell a person about an error.
///
/// Unlike in a log, what PostgreSQL said is shown in full: the person who runs a command owns the database.
struct FailureSentence: CustomStringConvertible {
    let description: String

    init(_ error: any Error) {
        guard let error = error as? PostgresError else {
            self.description = "\(error)"
            return
        }
        if error.code == .connectionFailed, let name = Self.missingDatabase(in: error.message) {
            self.description =
                "The database \"\(name)\" does not exist yet; create it (createdb \(name)) and run this again."
        } else {
            // Only what the server refused has its reason left out of the description.
            let text = error.code == .server ? error.debugDescription : error.description
            let lines = text.split(whereSeparator: \.isNewline)
            self.description = lines.map { $0.drop(while: \.isWhitespace) }.joined(separator: "; ")
        }
    }

    /// The name in `database "name" does not exist`.
    private static func missingDatabase(in message: String) -> String? {
        guard let match = message.firstMatch(of: /database "(.+)" does not exist/) else { return nil }
        return String(match.output.1)
    }
}
