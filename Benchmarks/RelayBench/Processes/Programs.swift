import FoundationEssentials
import Glibc
import LocalServers

/// Starts the programs that are measured, on the servers of one run.
struct Programs: Sendable {
    /// The stream, the subjects and everything else are the services' defaults.
    static let stream = "NOETL_EVENTS"
    static let prefix = "noetl.events"
    static let token = "bench"

    let database: String
    let broker: String
    let logs: String

    /// What the services run under, before their own command lines.
    var wrapper: [String] = []

    private let folder: String

    /// Looks for the programs beside this one.
    ///
    /// - Throws: ``BenchError`` where one is missing.
    init(database: String, broker: String, logs: String) throws {
        self.database = database
        self.broker = broker
        self.logs = logs
        let own = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        self.folder = own.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
        for name in ["outbox-publisher", "projector", "internal-api", "relay-limit"] {
            guard access("\(self.folder)/\(name)", X_OK) == 0 else {
                throw BenchError("\(name) is not in \(self.folder), where this program is; build all products first.")
            }
        }
    }

    /// Starts a service with its default settings, on a free port.
    ///
    /// - Parameters:
    ///   - name: The executable.
    ///   - settings: Variables beside those that say where the servers are.
    /// - Returns: The process and the base of its URLs.
    /// - Throws: `LocalServerError` where no port is free, ``BenchError`` where it cannot be started.
    func service(_ name: String, _ settings: [String: String] = [:]) throws -> (process: ChildProcess, url: String) {
        let port = try FreePort.find()
        let prefix =
            switch name {
            case "outbox-publisher": "NOETL_OUTBOX_PUBLISHER_METRICS"
            case "projector": "NOETL_PROJECTOR_METRICS"
            default: "NOETL_INTERNAL_API"
            }
        let environment = [
            "DATABASE_URL": self.database,
            "NATS_URL": self.broker,
            "NOETL_INTERNAL_API_TOKEN": Self.token,
            "\(prefix)_HOST": "127.0.0.1",
            "\(prefix)_PORT": "\(port)",
        ].merging(settings) { $1 }
        let command = self.wrapper + ["\(self.folder)/\(name)"]
        let process = try ChildProcess(
            command[0],
            Array(command.dropFirst()),
            environment: environment,
            log: "\(self.logs)/\(name)"
        )
        return (process, "http://127.0.0.1:\(port)")
    }

    /// Starts one of the bare loops, see `Benchmarks/Limit`.
    func limit(_ loop: String, _ options: [String: String] = [:]) throws -> ChildProcess {
        try ChildProcess(
            "\(self.folder)/relay-limit",
            [loop, self.database, self.broker] + options.map { "\($0)=\($1)" },
            environment: [:],
            log: "\(self.logs)/relay-limit-\(loop)"
        )
    }
}
