import Glibc
import JetStream
import LocalServers
import Synchronization
import TestSupport
import Testing

/// A publisher's connection, which no thread of libnats reads or writes.
@Suite(.timeLimit(.minutes(10)))
struct PolledConnectionTests {
    /// More than the system's buffers of both sides take.
    private static let many = 400
    private static let large = [UInt8](repeating: 120, count: 100_000)

    @Test
    func `a publisher that has nothing to do answers the server's pings`() async throws {
        try await withLocalNATS(LocalNATSConfiguration(lines: ["ping_interval: 1", "ping_max: 10"])) { server in
            let publisher = try await Self.publisher(server)
            // The server drops those who do not answer, the publisher before this one, which comes later.
            try await DeafClient.run(port: server.port)
            let outcomes = await publisher.publish(1, timeout: .seconds(600)) { try $1.write("\($0)", to: "events.a") }
            #expect(outcomes.map(\.word) == ["acknowledged"])
            #expect(!publisher.isClosed)
        }
    }

    @Test
    func `a publisher that has nothing to do notices the end of the server`() async throws {
        try await withLocalNATS { server in
            let publisher = try await Self.publisher(server)
            #expect(!publisher.isClosed)
            try await server.stop(kill: true)
            await publisher.waitUntilClosed()
            #expect(publisher.isClosed)
        }
    }

    @Test(arguments: [false, true])
    func `a server that takes nothing ends the connection in time`(isEncrypted: Bool) async throws {
        try await Self.withServer(isEncrypted: isEncrypted) { server, authority in
            // Over TLS only the system notices it, after two intervals.
            let publisher = try await Self.publisher(server, trusting: authority, pingInterval: .seconds(2))
            let pid = try #require(server.pid)
            try await pauseProcess(pid)
            let words = await Self.publishMuch(publisher, timeout: .milliseconds(100)).map(\.word)
            kill(pid, SIGCONT)
            let unsent = words.drop { $0 == "unknown" }
            #expect(!unsent.isEmpty)
            #expect(unsent.allSatisfy { $0 == "unsent" })
            await publisher.waitUntilClosed()
        }
    }

    @Test
    func `what a server takes in pieces, sleeping in between, is stored whole and in order`() async throws {
        try await withLocalNATS { server in
            let publisher = try await Self.publisher(server)
            let pid = try #require(server.pid)
            try await pauseProcess(pid)
            let written = Atomic(0)
            let work = Task {
                await Self.publishMuch(publisher, timeout: .seconds(600)) {
                    if $0 == 300 { kill(pid, SIGSTOP) }
                    written.store($0, ordering: .releasing)
                }
            }
            for stop in [1, 300] {
                try await eventually { written.load(ordering: .acquiring) >= stop }
                kill(pid, SIGCONT)
            }
            #expect(await work.value.compactMap(\.sequence) == Array(1...UInt64(Self.many)))
        }
    }

    @Test
    func `over TLS, too`() async throws {
        try await Self.withServer(isEncrypted: true) { server, authority in
            let publisher = try await Self.publisher(server, trusting: authority)
            for round in 0..<2 {
                let outcomes = await Self.publishMuch(publisher, timeout: .seconds(600))
                let first = UInt64(round * Self.many)
                #expect(outcomes.compactMap(\.sequence) == Array(first + 1...first + UInt64(Self.many)))
            }
            try await server.stop(kill: true)
            await publisher.waitUntilClosed()
        }
    }

    /// Lends a server of its own, and what its certificate is trusted by.
    private static func withServer(
        isEncrypted: Bool,
        _ body: (LocalNATS, _ authority: String?) async throws -> Void
    ) async throws {
        guard isEncrypted else { return try await withLocalNATS { try await body($0, nil) } }
        try await Certificate.with { certificate in
            let files = "cert_file: \"\(certificate.path)\", key_file: \"\(certificate.keyPath)\""
            try await withLocalNATS(LocalNATSConfiguration(lines: ["tls { \(files) }"])) { server in
                try await body(server, certificate.path)
            }
        }
    }

    private static func publishMuch(
        _ publisher: JetStreamPublisher,
        timeout: Duration,
        onWrite: @Sendable (Int) -> Void = { _ in }
    ) async -> [PublishOutcome] {
        await publisher.publish(Self.many, timeout: timeout) { number, draft in
            try Self.large.withUnsafeBytes { try draft.begin(subject: "events.a", body: $0) }
            onWrite(number)
        }
    }

    private static func publisher(
        _ server: LocalNATS,
        trusting authority: String? = nil,
        pingInterval: Duration = .seconds(3600)
    ) async throws -> JetStreamPublisher {
        var configuration = NATSConfiguration.testing(server.url)
        configuration.pingInterval = pingInterval
        configuration.certificateAuthorityFile = authority
        let connection = try await NATSConnection.connect(configuration)
        try await connection.addStream(StreamConfiguration(name: "EVENTS", subjects: ["events.>"]))
        return try await connection.makePublisher()
    }
}
