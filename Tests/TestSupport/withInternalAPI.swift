package import Subprocess

/// Runs `internal-api` over a database for as long as `body` does, then asks it to stop, and returns how it ended.
///
/// - Parameters:
///   - databaseURI: The database.
///   - port: Where it listens; any free port where it is 0.
///   - settings: Settings beside database, port and token, which is `secret`.
///   - stop: How to end it.
///   - body: What to do meanwhile, with its port and process.
/// - Returns: How it ended.
/// - Throws: What `body` throws.
@discardableResult
package func withInternalAPI(
    over databaseURI: String,
    port: Int = 0,
    settings: [String: String] = [:],
    stop: Signal = .terminate,
    _ body: (_ port: Int, _ process: RelayProcess) async throws -> Void
) async throws -> RelayProcess.End {
    let environment = [
        "DATABASE_URL": databaseURI, "NOETL_INTERNAL_API_PORT": "\(port)", "NOETL_INTERNAL_API_TOKEN": "secret",
    ].merging(settings) { $1 }
    return try await RelayProcess.run("internal-api", environment: environment, stop: stop) { process in
        try await body(try await process.port(), process)
    }
}
