import Glibc
import SystemPackage
import TestSupport
import Testing

@testable import LocalServers

/// Puts a PgBouncer in transaction mode, with one server connection per database, in front of the shared PostgreSQL for
/// all tests of a suite.
struct PgBouncerTrait: SuiteTrait, TestScoping {
    @TaskLocal private static var port = 0

    func provideScope(
        for test: Test,
        testCase: Test.Case?,
        performing function: @concurrent @Sendable () async throws -> Void
    ) async throws {
        let program = try Self.program()
        let postgres = try await SharedLocalServers.postgres()
        let guardian = try await Guardian.start(name: "pgbouncer", account: .forPostgres(), endSignal: "KILL")
        do {
            let server = try await LocalServer.startOnFreePort { port in
                LocalServer(
                    guardian: guardian,
                    port: port,
                    // The folder belongs to the program's user, who therefore writes the file.
                    command: [
                        "/bin/sh", "-c", #"printf '%b' "$1" >pgbouncer.ini && exec "$2" pgbouncer.ini"#, "sh",
                        Self.settings(port: port, postgres: postgres.port).joined(separator: #"\n"#), program,
                    ],
                    isReady: { _ in guardian.log.contains("process up") }
                )
            }
            try await Self.$port.withValue(server.port) { try await function() }
            await guardian.close()
        } catch {
            await guardian.close()
            throw error
        }
    }

    /// The URI of the running test's database, by way of PgBouncer.
    static var uri: String { "postgresql://postgres@127.0.0.1:\(self.port)/\(ScratchDatabase.name)" }

    private static func settings(port: Int, postgres: Int) -> [String] {
        [
            "[databases]",
            "* = host=127.0.0.1 port=\(postgres) user=postgres",
            "[pgbouncer]",
            "listen_addr = 127.0.0.1",
            "listen_port = \(port)",
            "unix_socket_dir =",
            "auth_type = any",
            "pool_mode = transaction",
            "default_pool_size = 1",
        ]
    }

    /// Debian installs it where an ordinary user's `PATH` does not lead.
    private static func program() throws -> String {
        let folders = ProgramSearch.system.folders + ["/usr/sbin"]
        let programs = folders.map { $0.appending("pgbouncer").string }
        guard let program = programs.first(where: { access($0, X_OK) == 0 }) else {
            throw LocalServerError.programNotFound(program: "pgbouncer", debianPackage: "pgbouncer")
        }
        return program
    }
}

extension Trait where Self == PgBouncerTrait {
    /// A PgBouncer in transaction mode for the whole suite.
    static var pgBouncer: Self { Self() }
}
