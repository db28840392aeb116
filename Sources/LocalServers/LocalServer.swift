import Glibc
import SystemPackage

/// The life of a server on one port: what ``LocalPostgres``, ``LocalNATS`` and ``LocalPgBouncer`` have in common.
struct LocalServer: Sendable {
    /// Owns the server's folder and its process.
    let guardian: Guardian

    /// The port of 127.0.0.1 the server listens on, the same at each start.
    let port: Int

    /// The command that runs the server in the foreground.
    let command: [String]

    /// Tells whether the server, running under this process number, accepts connections.
    let isReady: @Sendable (pid_t) -> Bool

    /// Starts the server and returns once it accepts connections; does nothing while it runs.
    ///
    /// - Throws: ``LocalServerError/ended(server:status:log:)``; ``LocalServerError/timedOut(server:log:)`` after a
    ///   minute, when the server may still be starting; what ``Guardian/launch(_:)`` throws.
    func start() async throws {
        if self.guardian.program == nil {
            try self.guardian.launch(self.command)
        }
        let isReady = try await wait(atMost: .seconds(60)) {
            switch self.guardian.phase {
            case .opening, .launching: return false
            case .running(let program): return self.isReady(program)
            case .idle(let status): throw self.ended(status: status)
            case .over(let reason): throw LocalServerError.gone(server: self.guardian.name, reason: reason)
            }
        }
        guard isReady else { throw LocalServerError.timedOut(server: self.guardian.name, log: self.guardian.log) }
    }

    /// Starts a server on a port that nobody uses.
    ///
    /// - Parameter make: Returns the server for a port; called again if somebody was faster in taking it.
    /// - Returns: The server, running.
    /// - Throws: What ``start()`` throws, and ``LocalServerError/noFreePort``.
    static func startOnFreePort(_ make: (_ port: Int) throws -> LocalServer) async throws -> LocalServer {
        for _ in 1...10 {
            let server = try make(FreePort.find())
            do {
                try await server.start()
                return server
            } catch LocalServerError.ended(_, _, let log) where log.lowercased().contains("address already in use") {
                continue
            }
        }
        throw LocalServerError.noFreePort
    }

    private func ended(status: Int32?) -> LocalServerError {
        .ended(server: self.guardian.name, status: status ?? -1, log: self.guardian.log)
    }
}
