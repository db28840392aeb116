import ArgumentParser
import EventLog
import RawJSON

/// `relayctl dead-letters show`.
struct ShowDeadLetterCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Shows a dead letter with its headers and body."
    )

    @Argument(help: "The id of the dead letter.")
    var id: Int64

    @Flag(help: "Print one JSON object; a body that is no text is in body_hex.")
    var json = false

    @OptionGroup
    var database: DatabaseOptions

    func run() async throws {
        let found = try await self.database.withPool { try await DeadLetterService(pool: $0).find(self.id) }
        guard let found else { throw DeadLetterNotFound(ids: [self.id]) }
        Console.standardOutput.line(self.json ? Self.json(found) : Self.text(found))
    }

    private static func text(_ recorded: RecordedDeadLetter) -> String {
        let letter = recorded.letter
        let headers = letter.headers.map { String(decoding: $0, as: UTF8.self) } ?? ""
        return """
            id: \(recorded.id)
            recorded: \(recorded.recordedAt)
            message: \(letter.stream)/\(letter.streamSequence)
            subject: \(letter.subject)
            reason: \(letter.reason.text)
            SQLSTATE: \(letter.reason.sqlState ?? "none")
            headers:
            \(headers.split(whereSeparator: \.isNewline).map { "    \($0)\n" }.joined())\
            body (\(recorded.bodyBytes.grouped) bytes\(Self.bodyText(letter) == nil ? ", in hex" : "")):
            \(Self.bodyText(letter) ?? letter.body.hexadecimal)
            """
    }

    private static func json(_ recorded: RecordedDeadLetter) -> String {
        var json = JSONWriter()
        json.object { json in
            json.members(of: recorded)
            json.key("headers")
            json.string(recorded.letter.headers.map { String(decoding: $0, as: UTF8.self) })
            json.key("body")
            json.string(Self.bodyText(recorded.letter))
            json.key("body_hex")
            json.string(Self.bodyText(recorded.letter) == nil ? recorded.letter.body.hexadecimal : nil)
        }
        return String(decoding: json.bytes, as: UTF8.self)
    }

    private static func bodyText(_ letter: DeadLetter) -> String? {
        String(validating: letter.body, as: UTF8.self)
    }
}

extension [UInt8] {
    /// Two digits for each byte.
    fileprivate var hexadecimal: String {
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: self.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }
}
