import Glibc
package import SystemPackage

/// A NATS server of one's own with JetStream, whose streams are files in a temporary folder.
///
/// The server runs as the user of this process, root included, so it can read the keys and certificates its
/// configuration names.
///
/// Server and folder are gone after ``shutdown()``, when the last reference to this object goes, and when this process
/// ends, however it does. ``start()``, ``stop(kill:)``, ``restart()`` and ``wipeStore()`` must not overlap; each waits
/// until it is done.
package final class LocalNATS: Sendable {
    private static let storeFolder = "store"

    private let server: LocalServer

    private init(server: LocalServer) {
        self.server = server
    }

    /// Starts a server on a free port.
    ///
    /// - Throws: ``LocalServerError``, and `Errno` if its configuration cannot be written.
    package static func start(_ configuration: LocalNATSConfiguration = .init()) async throws -> LocalNATS {
        let program = try configuration.programs.natsServer()
        // KILL, since a gentler signal has the server wait for its clients, and there is no data to save.
        let guardian = try await Guardian.start(name: "nats-server", account: .own, endSignal: "KILL")
        do {
            let lines = configuration.lines.map { $0 + "\n" }
            try TextFile.write(lines.joined(), to: guardian.folder.appending("nats.conf"))
            let server = try await LocalServer.startOnFreePort { port in
                LocalServer(
                    guardian: guardian,
                    port: port,
                    command: [
                        program.string,
                        "--config", "nats.conf",
                        "--addr", "127.0.0.1",
                        "--port", "\(port)",
                        "--jetstream",
                        "--store_dir", guardian.folder.appending(Self.storeFolder).string,
                        "--ports_file_dir", guardian.folder.string,
                    ],
                    isReady: { program in Self.isReady(program, folder: guardian.folder) }
                )
            }
            return LocalNATS(server: server)
        } catch {
            await guardian.close()
            throw error
        }
    }

    /// The port of 127.0.0.1; the same after a stop and a start.
    package var port: Int { self.server.port }

    /// The URL for clients, without user and password.
    package var url: String { "nats://127.0.0.1:\(self.port)" }

    /// The process number of the server; `nil` while it is stopped.
    package var pid: Int32? { self.server.guardian.program }

    /// The folder that holds `nats.conf`, the file `log` and the store.
    package var folder: FilePath { self.server.guardian.folder }

    /// The last lines of the server's log since its last start, to explain a failure.
    package var log: String { self.server.guardian.log }

    /// Starts the server on its old port with its old streams; does nothing while it runs.
    ///
    /// - Throws: ``LocalServerError``.
    package func start() async throws {
        try await self.server.start()
    }

    /// Stops the server and keeps its streams; does nothing while it is stopped.
    ///
    /// - Parameter kill: `true` ends it as a crash would, without notice to its clients.
    /// - Throws: ``LocalServerError``.
    package func stop(kill: Bool = false) async throws {
        try await self.server.guardian.end(signal: kill ? SIGKILL : SIGTERM)
    }

    /// Stops the server and starts it again.
    ///
    /// - Throws: ``LocalServerError``.
    package func restart() async throws {
        try await self.stop()
        try await self.start()
    }

    /// Forgets all streams and consumers; the server must be stopped.
    ///
    /// - Throws: ``LocalServerError``, which is ``LocalServerError/busy(server:)`` while the server runs.
    package func wipeStore() async throws {
        try await self.server.guardian.complete(["rm", "-rf", Self.storeFolder])
    }

    /// Ends the server and removes its folder, for good; never fails, and may be called again.
    package func shutdown() async {
        await self.server.guardian.close()
    }

    /// The server writes this file, named after its process, once clients can connect.
    private static func isReady(_ program: pid_t, folder: FilePath) -> Bool {
        access(folder.appending("nats-server_\(program).ports").string, R_OK) == 0
    }
}
