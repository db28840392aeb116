import ArgumentParser
import EventLog
import RawJSON

/// `relayctl dead-letters redrive`.
struct RedriveDeadLettersCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "redrive",
        abstract: "Tries again to make events of dead letters.",
        discussion: """
            A dead letter whose events are stored, or were there already, is removed. One that still cannot become an \
            event stays, with the reason as it is now; the exit status is 1 then. Safe to repeat.
            """
    )

    @OptionGroup
    var selection: DeadLetterSelection

    @Flag(help: "Print one JSON object.")
    var json = false

    @OptionGroup
    var database: DatabaseOptions

    func run() async throws {
        let (redrive, missing) = try await self.database.withPool { pool in
            try await self.redrive(DeadLetterService(pool: pool))
        }
        Console.standardOutput.line(self.json ? Self.json(redrive, missing) : Self.text(redrive))
        if !missing.isEmpty { throw DeadLetterNotFound(ids: missing) }
        if !redrive.refused.isEmpty { throw ExitCode(1) }
    }

    private func redrive(_ service: DeadLetterService) async throws -> (Redrive, missing: [Int64]) {
        if let filter = self.selection.filter { return (try await service.redrive(filter), []) }
        var redrive = Redrive()
        var missing: [Int64] = []
        for id in self.selection.ids {
            if let one = try await service.redrive(id) { redrive.add(one) } else { missing.append(id) }
        }
        return (redrive, missing)
    }

    private static func text(_ redrive: Redrive) -> String {
        let refused = redrive.refused.sorted { $0.key < $1.key }
        let sentence =
            "Redriven: \(redrive.redriven.grouped) (\(redrive.projected.grouped) events stored, "
            + "\(redrive.duplicates.grouped) were there already). Still refused: \(refused.count.grouped)."
        return ([sentence] + refused.prefix(20).map { "\($0.key): \($0.value.text.prefix(300))" })
            .joined(separator: "\n")
    }

    private static func json(_ redrive: Redrive, _ missing: [Int64]) -> String {
        var json = JSONWriter()
        json.object { json in
            json.key("redriven")
            json.integer(redrive.redriven)
            json.key("projected")
            json.integer(redrive.projected)
            json.key("duplicates")
            json.integer(redrive.duplicates)
            json.key("refused")
            json.array { json in
                for (id, reason) in redrive.refused.sorted(by: { $0.key < $1.key }) {
                    json.object { json in
                        json.key("dead_letter_id")
                        json.integer(id)
                        json.key("reason")
                        json.string(reason.text)
                        json.key("sql_state")
                        json.string(reason.sqlState)
                    }
                }
            }
            json.key("missing")
            json.array { json in
                for id in missing { json.integer(id) }
            }
        }
        return String(decoding: json.bytes, as: UTF8.self)
    }
}
