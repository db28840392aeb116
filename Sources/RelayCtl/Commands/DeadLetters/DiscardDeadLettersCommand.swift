import ArgumentParser
import EventLog
import RawJSON

/// `relayctl dead-letters discard`.
struct DiscardDeadLettersCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "discard",
        abstract: "Removes dead letters for good."
    )

    @OptionGroup
    var selection: DeadLetterSelection

    @Flag(help: "Print one JSON object.")
    var json = false

    @OptionGroup
    var database: DatabaseOptions

    func run() async throws {
        let (discarded, missing) = try await self.database.withPool { pool in
            try await self.discard(DeadLetterService(pool: pool))
        }
        Console.standardOutput.line(self.json ? Self.json(discarded, missing) : "Discarded: \(discarded.grouped).")
        if !missing.isEmpty { throw DeadLetterNotFound(ids: missing) }
    }

    private func discard(_ service: DeadLetterService) async throws -> (Int, missing: [Int64]) {
        if let filter = self.selection.filter { return (try await service.discard(filter), []) }
        var missing: [Int64] = []
        for id in self.selection.ids where try await !service.discard(id) { missing.append(id) }
        return (self.selection.ids.count - missing.count, missing)
    }

    private static func json(_ discarded: Int, _ missing: [Int64]) -> String {
        var json = JSONWriter()
        json.object { json in
            json.key("discarded")
            json.integer(discarded)
            json.key("missing")
            json.array { json in
                for id in missing { json.integer(id) }
            }
        }
        return String(decoding: json.bytes, as: UTF8.self)
    }
}
