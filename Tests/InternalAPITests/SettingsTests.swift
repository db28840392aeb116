import Glibc
import ServiceRuntime
import Settings
import Testing

@testable import InternalAPI

struct SettingsTests {
    @Test func `defaults are those of the contract`() throws {
        let settings = try APISettings(SettingsReader(environment: [:]))
        #expect(settings.address.host == "127.0.0.1")
        #expect(settings.address.port == 8085)
        #expect(settings.lease == .seconds(60))
        #expect(settings.pendingCountLimit == 1_000_000)
        #expect(settings.maximumBodyBytes == 67_108_864)
        #expect(settings.maximumDatabaseConnections == 8)
        #expect(settings.tokens.isEmpty)
    }

    @Test(arguments: [
        ("NOETL_INTERNAL_API_PORT", "70000"), ("NOETL_OUTBOX_LEASE_SECONDS", "soon"),
        ("NOETL_OUTBOX_PENDING_COUNT_LIMIT", "0"), ("NOETL_INTERNAL_API_MAX_BODY_BYTES", "1.5"),
        ("NOETL_INTERNAL_API_MAX_DATABASE_CONNECTIONS", "-1"), ("NOETL_INTERNAL_API_TOKEN_FILE", "/nowhere"),
    ])
    func `an unusable value is named`(name: String, value: String) {
        #expect { _ = try APISettings(SettingsReader(environment: [name: value])) } throws: { error in
            "\(error)".contains(name) && "\(error)".contains(value)
        }
    }

    @Test func `tokens come from a file, a line each, where there is no token`() throws {
        var path = Array("/tmp/noetl-tokens.XXXXXX".utf8CString)
        let file = mkstemp(&path)
        defer { close(file) }
        let name = try #require(String(validating: path.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self))
        defer { unlink(name) }
        let text = "old\n  new \n\n"
        #expect(write(file, text, text.utf8.count) == text.utf8.count)
        let names = ["NOETL_INTERNAL_API_TOKEN_FILE": name]
        let tokens = try AccessTokens(settings: SettingsReader(environment: names))
        #expect(tokens.contains("old") && tokens.contains("new") && !tokens.contains(""))
        let both = names.merging(["NOETL_INTERNAL_API_TOKEN": "set"]) { $1 }
        let set = try AccessTokens(settings: SettingsReader(environment: both))
        #expect(set.contains("set") && !set.contains("old"))
        let blank = names.merging(["NOETL_INTERNAL_API_TOKEN": " "]) { $1 }
        #expect(try AccessTokens(settings: SettingsReader(environment: blank)).contains("old"))
    }

    @Test(arguments: [
        ("a%62c", "abc"), ("%41%7a%30%2D%7E", "Az0-~"), ("%2f%25%20", "%2f%25%20"), ("%", "%"), ("%6", "%6"),
        ("%zz", "%zz"),
        ("%%61", "%a"), ("", ""),
    ])
    func `only unreserved characters are decoded`(encoded: String, decoded: String) {
        #expect(encoded.decodingUnreserved == decoded)
    }
}
