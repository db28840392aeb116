import ArgumentParser
import EventLog
import RawJSON

/// `relayctl dead-letters list`.
struct ListDeadLettersCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "Lists dead letters, the oldest first, and counts them."
    )

    @OptionGroup
    var filters: DeadLetterFilterOptions

    @Option(help: ArgumentHelp("Go on after this id, the last of the page before.", valueName: "id"))
    var after: Int64 = 0

    @Option(help: ArgumentHelp("How many to list, 1 to 10,000.", valueName: "n"))
    var limit = 50

    @Flag(help: "Print one JSON object.")
    var json = false

    @OptionGroup
    var database: DatabaseOptions

    func validate() throws {
        guard (1...10_000).contains(self.limit) else {
            throw ValidationError("--limit is \(self.limit); it must be a number from 1 to 10,000.")
        }
    }

    func run() async throws {
        let (letters, counts) = try await self.database.withPool { pool in
            let service = DeadLetterService(pool: pool)
            return (
                try await service.list(self.filters.filter, after: self.after, limit: self.limit),
                try await service.counts(self.filters.filter)
            )
        }
        Console.standardOutput.line(self.json ? Self.json(letters, counts) : Self.text(letters, counts))
    }

    private static func text(_ letters: [RecordedDeadLetter], _ counts: DeadLetterCounts) -> String {
        guard counts.total > 0 else { return "No dead letters." }
        var lines = letters.map { recorded in
            let letter = recorded.letter
            return "\(recorded.id)  \(recorded.recordedAt)  \(letter.stream)/\(letter.streamSequence)  "
                + "\(letter.subject)  \(recorded.bodyBytes) bytes\n    \(letter.reason.text.prefix(300))"
        }
        let groups = counts.groups.map { group in
            "\(group.count.grouped) \(group.sqlState.map { "SQLSTATE \($0)" } ?? "unreadable")"
        }
        let parts = groups.joined(separator: ", ")
        lines.append("\(letters.count.grouped) of \(counts.total.grouped) dead letters: \(parts)")
        return lines.joined(separator: "\n")
    }

    private static func json(_ letters: [RecordedDeadLetter], _ counts: DeadLetterCounts) -> String {
        var json = JSONWriter()
        json.object { json in
            json.key("total")
            json.integer(counts.total)
            json.key("counts")
            json.array { json in
                for group in counts.groups {
                    json.object { json in
                        json.key("sql_state")
                        json.string(group.sqlState)
                        json.key("count")
                        json.integer(group.count)
                    }
                }
            }
            json.key("dead_letters")
            json.array { json in
                for letter in letters { json.object { $0.members(of: letter) } }
            }
        }
        return String(decoding: json.bytes, as: UTF8.self)
    }
}
