import Glibc
import InternalContract
import Settings
import SystemPackage
import TestSupport
import Testing

struct AccessTokenTests {
    @Test func `tokens are separated by commas and line ends`() {
        let tokens = AccessTokens(parsing: " old , new\n\n third\r\nfourth ")
        #expect(tokens.count == 4)
        #expect(tokens.first == "old")
        for token in ["old", "new", "third", "fourth"] { #expect(tokens.contains(token)) }
        for token in ["", "ol", "oldd", "OLD", "old , new", ","] { #expect(!tokens.contains(token)) }
        #expect(AccessTokens(parsing: " ,\n, ").isEmpty)
    }

    @Test func `a file is used where no token is set, and read again when it changes`() throws {
        try withFile("old\n  new \n\n") { path in
            let source = try Self.source(["NOETL_INTERNAL_API_TOKEN_FILE": path, "NOETL_INTERNAL_API_TOKEN": " "])
            #expect(source.current == AccessTokens(parsing: "old,new"))
            // In place and of the same length, as an editor would; then by another file in its place, as Kubernetes does.
            try Self.write("OLD\n  NEW \n\n", to: path)
            #expect(source.current == AccessTokens(parsing: "OLD,NEW"))
            try Self.write("third", to: path + ".next")
            #expect(rename(path + ".next", path) == 0)
            #expect(source.current == AccessTokens(parsing: "third"))
            try Self.write("", to: path)
            #expect(source.current.isEmpty)
        }
    }

    @Test func `a file that is gone keeps its tokens until it is there again`() throws {
        try withFile("kept") { path in
            let source = try Self.source(["NOETL_INTERNAL_API_TOKEN_FILE": path])
            unlink(path)
            #expect(source.current.contains("kept"))
            try Self.write("back", to: path)
            #expect(source.current == AccessTokens(parsing: "back"))
        }
    }

    @Test func `a token that is set counts and not the file`() throws {
        try withFile("file") { path in
            let source = try Self.source(["NOETL_INTERNAL_API_TOKEN_FILE": path, "NOETL_INTERNAL_API_TOKEN": "set"])
            #expect(source.current == AccessTokens(parsing: "set"))
        }
    }

    @Test(arguments: [
        ("http://h", true), ("https://h:1/base/", true), ("HTTP://[::1]:80", true), ("h:80", false),
        ("ftp://h", false), ("http://", false), ("http:///x", false), ("http://h?x", false), ("http://h h", false),
    ])
    func `a client's URL must be one`(url: String, isUsable: Bool) {
        let reader = SettingsReader(environment: ["NOETL_INTERNAL_API_URL": url])
        let configuration = try? InternalAPIConfiguration(settings: reader, logger: .quiet)
        #expect((configuration?.url == url) == isUsable)
    }

    private static func source(_ environment: [String: String]) throws -> AccessTokenSource {
        try AccessTokenSource(settings: SettingsReader(environment: environment), logger: .quiet)
    }

    private static func write(_ text: String, to path: String) throws {
        let file = try FileDescriptor.open(
            FilePath(path),
            .writeOnly,
            options: [.create, .truncate],
            permissions: .ownerReadWrite
        )
        try file.closeAfter { _ = try file.writeAll(text.utf8) }
    }

    private func withFile(_ text: String, _ body: (String) throws -> Void) throws {
        var path = Array("/tmp/noetl-tokens.XXXXXX".utf8CString)
        close(mkstemp(&path))
        let name = try #require(String(validating: path.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self))
        defer { unlink(name) }
        try Self.write(text, to: name)
        try body(name)
    }
}
