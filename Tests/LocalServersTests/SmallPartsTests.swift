import Glibc
import SystemPackage
import TestSupport
import Testing

@testable import LocalServers

struct SmallPartsTests {
    @Test
    func `free ports lie below those for outgoing connections`() throws {
        let port = try FreePort.find()
        #expect((15_000..<32_768).contains(port))
    }

    @Test
    func `PostgreSQL never gets root's account`() throws {
        let account = try ServerAccount.forPostgres()
        #expect((account.identity == nil) == (geteuid() != 0))
        #expect(account.identity?.user != 0)
    }

    @Test
    func `only unreserved characters stay as they are`() {
        #expect("aZ0-._~".percentEncoded == "aZ0-._~")
        #expect("a b/ü\n".percentEncoded == "a%20b%2F%C3%BC%0A")
    }

    @Test
    func `the end of a file is returned, whatever its length`() async throws {
        try await withTemporaryFolder { folder in
            let path = folder.appending("text")
            #expect(TextFile.end(of: path) == nil)
            #expect(TextFile.lastLines(of: path) == "")
            try TextFile.write(String(repeating: "x", count: 9000) + "\nlast\n", to: path)
            #expect(TextFile.end(of: path)?.count == 9006)
            #expect(TextFile.end(of: path, limit: 5) == "last\n")
            #expect(TextFile.lastLines(of: path, count: 2) == "last\n")
        }
    }

    @Test
    func `a wait ends when its time is over`() async throws {
        #expect(try await wait(atMost: .milliseconds(1)) { false } == false)
        #expect(try await wait(atMost: .zero) { true })
    }
}
