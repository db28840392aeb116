import Glibc
package import SystemPackage

/// A PostgreSQL server of one's own, with its data in a temporary folder.
///
/// The server accepts every user from 127.0.0.1 without a password; its superuser is `postgres`. It is UTF-8 with the
/// C locale, and keeps UTC. Where this process is root, the server runs as the user `postgres` or `nobody`, which must
/// be able to enter `TMPDIR` and to run the server's programs.
///
/// Server and folder are gone after ``shutdown()``, when the last reference to this object goes, and when this process
/// ends, however it does. ``start()``, ``stop(mode:)`` and ``restart()`` must not overlap; each waits until it is done.
package final class LocalPostgres: Sendable {
    /// How a server is stopped.
    package enum StopMode: Hashable, Sendable {
        /// Ends the sessions, rolls back what is open and writes everything to disk.
        case fast

        /// Ends all processes at once; the next start recovers from the log, as after a crash.
        case immediate
    }

    private let server: LocalServer

    private init(server: LocalServer) {
        self.server = server
    }

    /// Creates a database cluster and starts a server for it, on a free port.
    ///
    /// - Throws: ``LocalServerError``.
    package static func start(_ configuration: LocalPostgresConfiguration = .init()) async throws -> LocalPostgres {
        let programs = try await configuration.programs.postgresFolder()
        let guardian = try await Guardian.start(name: "postgres", account: .forPostgres(), endSignal: "QUIT")
        do {
            try await guardian.complete([
                programs.appending("initdb").string,
                "--pgdata", "data",
                "--username", "postgres",
                "--auth", "trust",
                "--encoding", "UTF8",
                "--locale", "C",
                "--no-sync",
                "--no-instructions",
            ])
            let server = try await LocalServer.startOnFreePort { port in
                LocalServer(
                    guardian: guardian,
                    port: port,
                    command: [programs.appending("postgres").string] + configuration.options + [
                        "-D", "data", "-h", "127.0.0.1", "-p", "\(port)", "-k", guardian.folder.string,
                    ],
                    isReady: { program in Self.isReady(program, folder: guardian.folder) }
                )
            }
            return LocalPostgres(server: server)
        } catch {
            await guardian.close()
            throw error
        }
    }

    /// The port of 127.0.0.1; the same after a stop and a start.
    package var port: Int { self.server.port }

    /// The process number of the postmaster; `nil` while the server is stopped.
    package var pid: Int32? { self.server.guardian.program }

    /// The folder that holds the data folder `data`, the file `log` and the Unix socket.
    package var folder: FilePath { self.server.guardian.folder }

    /// The last lines of the server's log since its last start, to explain a failure.
    package var log: String { self.server.guardian.log }

    /// Returns a connection URI for libpq; both names may hold any characters.
    package func uri(database: String = "postgres", user: String = "postgres") -> String {
        "postgresql://\(user.percentEncoded)@127.0.0.1:\(self.port)/\(database.percentEncoded)"
    }

    /// Starts the server on its old port with its old data; does nothing while it runs.
    ///
    /// - Throws: ``LocalServerError``.
    package func start() async throws {
        try await self.server.start()
    }

    /// Stops the server and keeps its data; does nothing while it is stopped.
    ///
    /// - Throws: ``LocalServerError``.
    package func stop(mode: StopMode = .fast) async throws {
        try await self.server.guardian.end(signal: mode == .fast ? SIGINT : SIGQUIT)
    }

    /// Stops the server in the fast mode and starts it again.
    ///
    /// - Throws: ``LocalServerError``.
    package func restart() async throws {
        try await self.stop()
        try await self.start()
    }

    /// Ends the server and removes its folder, for good; never fails, and may be called again.
    package func shutdown() async {
        await self.server.guardian.close()
    }

    /// Reads what the server says about itself in `postmaster.pid`, as `pg_ctl` does.
    ///
    /// Connecting would not tell as much: the port is open before the server has recovered from a crash.
    private static func isReady(_ program: pid_t, folder: FilePath) -> Bool {
        let text = TextFile.end(of: folder.appending("data/postmaster.pid")) ?? ""
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        // The process number is compared since a crashed server leaves its file behind.
        return lines.count >= 8 && lines[0] == "\(program)" && lines[7].hasPrefix("ready")
    }
}
