import Subprocess
import TestSupport
import Testing

/// Settings that cannot be used end the process with status 2 and one sentence that names them.
@Suite(.timeLimit(.minutes(10)))
struct SettingsTests {
    static let unusable: [(program: String, variable: String, value: String)] = [
        ("outbox-publisher", "DATABASE_URL", "postgresql://host:port:again/"),
        ("outbox-publisher", "POSTGRES_PORT", "seven"),
        ("outbox-publisher", "NATS_URL", "http://127.0.0.1:4222"),
        ("outbox-publisher", "NOETL_EVENT_NATS_URL", "nats://127.0.0.1:99999"),
        ("outbox-publisher", "NOETL_EVENT_NATS_STREAM", "a.b"),
        ("outbox-publisher", "NOETL_OUTBOX_PUBLISHER_BATCH_SIZE", "0"),
        ("outbox-publisher", "NOETL_OUTBOX_PUBLISHER_BATCH_SIZE", ""),
        ("outbox-publisher", "NOETL_OUTBOX_PUBLISHER_IDLE_SLEEP_SECONDS", "soon"),
        ("outbox-publisher", "NOETL_OUTBOX_PUBLISHER_ONCE", "perhaps"),
        ("outbox-publisher", "NATS_CA_FILE", "/does/not/exist.pem"),
        ("outbox-publisher", "LOG_LEVEL", "loud"),
        ("projector", "NOETL_PROJECTOR_NATS_URL", "nats://"),
        ("projector", "NOETL_PROJECTOR_BATCH_SIZE", "10.5"),
        ("projector", "NATS_CREDS", "/does/not/exist.creds"),
        ("projector", "NOETL_PROJECTOR_METRICS_PORT", "-1"),
        ("internal-api", "NOETL_INTERNAL_API_PORT", "70000"),
        ("internal-api", "NOETL_OUTBOX_LEASE_SECONDS", "forever"),
    ]

    @Test(arguments: Self.unusable)
    func `an unusable value is named`(program: String, variable: String, value: String) async throws {
        let end = try await RelayProcess.run(program, environment: [variable: value], stop: nil)
        #expect(end.status == .exited(2))
        #expect(end.log.count == 1)
        #expect(end.log.first?.hasPrefix("\(program): \(variable) ") == true, "\(end.log)")
        #expect(end.log.first?.contains("it must be") == true)
    }

    @Test func `a missing certificate in the connection string is named`() async throws {
        let url = "postgresql://127.0.0.1/noetl?sslmode=verify-full&sslrootcert=/does/not/exist.pem"
        let end = try await RelayProcess.run("projector", environment: ["DATABASE_URL": url], stop: nil)
        #expect(end.status == .exited(2))
        #expect(end.log.first?.contains("DATABASE_URL names sslrootcert=/does/not/exist.pem") == true)
    }

    @Test func `a certificate without its key is named`() async throws {
        let environment = ["NATS_CERT_FILE": "/etc/passwd"]
        let end = try await RelayProcess.run("projector", environment: environment, stop: nil)
        #expect(end.status == .exited(2))
        #expect(end.log.first?.contains("NATS_KEY_FILE is missing") == true)
    }

    @Test func `a secret is not shown`() async throws {
        let environment = ["DATABASE_URL": "postgresql://user:hunter2@host:port:again/"]
        let end = try await RelayProcess.run("projector", environment: environment, stop: nil)
        #expect(end.status == .exited(2))
        #expect(!end.log.joined().contains("hunter2"))
    }

    @Test(arguments: [
        (["--no-such-flag", "1"], "--no-such-flag"), (["stray"], "stray"), (["--outbox-publisher-batch-size"], "needs"),
        (["--outbox-publisher-batch-size=x"], "NOETL_OUTBOX_PUBLISHER_BATCH_SIZE"),
    ])
    func `an unusable command line is named`(arguments: [String], expected: String) async throws {
        let end = try await RelayProcess.run("outbox-publisher", arguments: arguments, stop: nil)
        #expect(end.status == .exited(2))
        #expect(end.log.count == 1)
        #expect(end.log.first?.contains(expected) == true)
    }

    @Test(arguments: ["internal-api", "outbox-publisher", "projector"])
    func `the screens are printed`(program: String) async throws {
        let help = try await RelayProcess.run(program, arguments: ["--help"], stop: nil)
        #expect(help.status == .exited(0))
        #expect(help.output.contains("DATABASE_URL, --database-url"))
        let version = try await RelayProcess.run(program, arguments: ["--version"], stop: nil)
        #expect(version.status == .exited(0))
        #expect(version.output.hasPrefix("\(program) "))
    }
}
