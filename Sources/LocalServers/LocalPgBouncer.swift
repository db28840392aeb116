import Glibc
import SystemPackage

/// A PgBouncer of one's own in transaction mode, in front of a PostgreSQL server.
///
/// It is gone after ``shutdown()``, when the last reference to this object goes, and when this process ends, however it
/// does.
package final class LocalPgBouncer: Sendable {
    private let server: LocalServer

    private init(server: LocalServer) {
        self.server = server
    }

    /// Starts one on a free port.
    ///
    /// - Parameters:
    ///   - postgres: The server behind it.
    ///   - connections: How many connections to that it has for each database.
    ///   - programs: Where its program is looked for.
    /// - Returns: It, running.
    /// - Throws: ``LocalServerError``.
    package static func start(
        over postgres: LocalPostgres,
        connections: Int,
        programs: ProgramSearch = .system
    ) async throws -> LocalPgBouncer {
        let program = try programs.pgBouncer()
        // It refuses to run as root, as PostgreSQL does.
        let guardian = try await Guardian.start(name: "pgbouncer", account: .forPostgres(), endSignal: "KILL")
        do {
            let server = try await LocalServer.startOnFreePort { port in
                let settings = Self.settings(port: port, postgres: postgres.port, connections: connections)
                return LocalServer(
                    guardian: guardian,
                    port: port,
                    // The folder belongs to the program's user, who therefore writes the file.
                    command: [
                        "/bin/sh", "-c", #"printf '%b' "$1" >pgbouncer.ini && exec "$2" pgbouncer.ini"#, "sh",
                        settings.joined(separator: #"\n"#), program.string,
                    ],
                    isReady: { _ in guardian.log.contains("process up") }
                )
            }
            return LocalPgBouncer(server: server)
        } catch {
            await guardian.close()
            throw error
        }
    }

    /// The port of 127.0.0.1.
    package var port: Int { self.server.port }

    /// Ends it and removes its folder, for good; never fails, and may be called again.
    package func shutdown() async {
        await self.server.guardian.close()
    }

    private static func settings(port: Int, postgres: Int, connections: Int) -> [String] {
        [
            "[databases]",
            "* = host=127.0.0.1 port=\(postgres) user=postgres",
            "[pgbouncer]",
            "listen_addr = 127.0.0.1",
            "listen_port = \(port)",
            "unix_socket_dir =",
            "auth_type = any",
            "pool_mode = transaction",
            "default_pool_size = \(connections)",
        ]
    }
}
