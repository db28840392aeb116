import Glibc
import SystemPackage
import Testing

@testable import LocalServers

@Suite(.timeLimit(.minutes(10)))
struct LocalNATSTests {
    @Test
    func `the server speaks NATS, has JetStream and heeds its configuration`() async throws {
        let lines = ["max_payload: 4096", "authorization {", "  user: u", "  password: p", "}"]
        try await withLocalNATS(LocalNATSConfiguration(lines: lines)) { server in
            let greeting = try Self.greeting(port: server.port)
            #expect(greeting.hasPrefix("INFO {"))
            #expect(greeting.contains(#""jetstream":true"#))
            #expect(greeting.contains(#""max_payload":4096"#))
            #expect(greeting.contains(#""auth_required":true"#))
        }
    }

    @Test(arguments: [false, true])
    func `a stop and a start keep the port and the store`(kill: Bool) async throws {
        try await withLocalNATS { server in
            let port = server.port
            let pid = try #require(server.pid)
            try TextFile.write("kept", to: server.folder.appending("store/marker"))

            try await server.stop(kill: kill)
            #expect(server.pid == nil)
            #expect(try await isRunning(pid) == false)

            try await server.start()
            #expect(server.port == port)
            #expect(try Self.greeting(port: port).hasPrefix("INFO"))
            #expect(TextFile.end(of: server.folder.appending("store/marker")) == "kept")
        }
    }

    @Test
    func `the store is wiped only while the server is stopped`() async throws {
        try await withLocalNATS { server in
            await #expect(throws: LocalServerError.busy(server: "nats-server")) { try await server.wipeStore() }
            try await server.stop()
            try await server.wipeStore()
            #expect(!exists(server.folder.appending("store")))
            try await server.start()
        }
    }

    @Test
    func `a server that cannot start says why`() async throws {
        let error = await #expect(throws: LocalServerError.self) {
            _ = try await LocalNATS.start(LocalNATSConfiguration(lines: ["max_payload: [many]"]))
        }
        #expect(error?.description.contains("nats.conf:1:") == true)
    }

    @Test
    func `two servers run side by side and leave nothing behind`() async throws {
        let one = try await LocalNATS.start()
        let other = try await LocalNATS.start()
        #expect(one.url != other.url)
        #expect(one.folder != other.folder)
        await one.shutdown()
        await other.shutdown()
        #expect(!exists(one.folder))
        #expect(!exists(other.folder))
        await #expect(throws: LocalServerError.self) { try await one.start() }
    }

    /// Connects and returns the first bytes the server sends, which are its INFO line.
    private static func greeting(port: Int) throws -> String {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var limit = timeval(tv_sec: 60, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let status = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                connect(descriptor, generic, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        #expect(status == 0)
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = read(descriptor, &bytes, bytes.count)
        return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
    }
}
