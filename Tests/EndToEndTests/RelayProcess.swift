import Subprocess
import Synchronization
import SystemPackage

/// One of the executables, running.
struct RelayProcess: Sendable {
    /// What became of a process.
    struct End: Sendable {
        /// How it ended.
        let status: TerminationStatus
        /// Its log, line by line.
        let log: [String]
        /// What it printed.
        let output: String
    }

    /// Sends the process a signal.
    let send: @Sendable (Signal) -> Void
    private let lines: LogLines

    /// The log so far.
    var log: [String] { self.lines.all }

    /// Runs an executable for as long as `body` does, then asks it to stop, and returns how it ended.
    ///
    /// - Parameters:
    ///   - name: The executable's name; it stands beside the test bundle.
    ///   - arguments: Its arguments.
    ///   - environment: Its environment, and nothing else of ours but `PATH`.
    ///   - stop: How to end it when `body` is over; `nil` waits for it to end by itself.
    ///   - body: What to do meanwhile.
    /// - Returns: How it ended.
    /// - Throws: What `body` throws; the process is killed then.
    static func run(
        _ name: String,
        arguments: [String] = [],
        environment: [String: String] = [:],
        stop: Signal? = .terminate,
        _ body: (RelayProcess) async throws -> Void = { _ in }
    ) async throws -> End {
        let folder = FilePath(CommandLine.arguments[0]).removingLastComponent()
        var variables: [Environment.Key: String] = ["PATH": "/usr/bin:/bin"]
        for (key, value) in environment { variables[Environment.Key(stringLiteral: key)] = value }
        var options = PlatformOptions()
        options.teardownSequence = [.gracefulShutDown(allowedDurationToNextStep: .seconds(5))]
        let lines = LogLines()
        let result = try await Subprocess.run(
            .path(folder.appending(name)),
            arguments: Arguments(arguments),
            environment: .custom(variables),
            platformOptions: options,
            input: .none,
            output: .string(limit: 1 << 20),
            error: .sequence
        ) { execution in
            let process = RelayProcess(
                send: { signal in try? execution.send(signal: signal) },
                lines: lines
            )
            async let reading: Void = {
                for try await line in execution.standardError.strings() { lines.append(line) }
            }()
            do {
                try await body(process)
                if let stop { process.send(stop) }
            } catch {
                process.send(.kill)
                throw error
            }
            try await reading
        }
        return End(status: result.terminationStatus, log: lines.all, output: result.standardOutput)
    }
}

/// The lines of a log as they come.
private final class LogLines: Sendable {
    private let lines = Mutex<[String]>([])

    var all: [String] { self.lines.withLock { $0 } }

    func append(_ line: String) {
        self.lines.withLock { $0.append(line) }
    }
}
