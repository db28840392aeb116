package import Subprocess
import Synchronization
import SystemPackage

/// One of the executables, running.
package struct RelayProcess: Sendable {
    /// What became of a process.
    package struct End: Sendable {
        /// How it ended.
        package let status: TerminationStatus
        /// Its log, line by line.
        package let log: [String]
        /// What it printed.
        package let output: String
    }

    /// Why a process cannot be used.
    package struct Failure: Error, CustomStringConvertible {
        /// A sentence.
        package let description: String
    }

    /// Its number.
    package let id: Int32
    /// Sends the process a signal; does nothing once it has ended.
    package let send: @Sendable (Signal) -> Void
    private let lines: LogLines

    /// The log so far.
    package var log: [String] { self.lines.all }

    /// The port it listens on, once it does.
    ///
    /// - Parameter key: What its log calls the address.
    /// - Returns: The port.
    /// - Throws: ``Failure`` where it ends before, or does not come to it in a minute.
    package func port(of key: String = "server.address") async throws -> Int {
        let deadline = ContinuousClock.now + .seconds(60)
        while ContinuousClock.now < deadline {
            let (lines, isOver) = self.lines.state
            let ports = lines.filter { $0.contains(key) }
                .compactMap { $0.firstMatch(of: /\.address\W+127\.0\.0\.1:(\d+)/)?.output.1 }
            if let port = ports.first.flatMap({ Int($0) }) { return port }
            if isOver { throw Failure(description: "it ended: \(lines.joined(separator: "\n"))") }
            try await Task.sleep(for: .milliseconds(2))
        }
        throw Failure(description: "it did not come to listen: \(self.log.joined(separator: "\n"))")
    }

    /// The most memory it has had so far, in bytes.
    ///
    /// - Throws: ``Failure`` where the system does not say.
    package func peakMemory() throws -> Int {
        let file = try FileDescriptor.open("/proc/\(self.id)/status", .readOnly)
        let text = try file.closeAfter {
            let bytes = try [UInt8](unsafeUninitializedCapacity: 65_536) { buffer, length in
                length = try file.read(into: UnsafeMutableRawBufferPointer(buffer))
            }
            return String(decoding: bytes, as: UTF8.self)
        }
        guard let kilobytes = text.firstMatch(of: /VmHWM:\s+(\d+) kB/).flatMap({ Int($0.output.1) }) else {
            throw Failure(description: "/proc does not say how much memory the process had")
        }
        return kilobytes * 1024
    }

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
    package static func run(
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
            // Behind this closure the process is known by a descriptor that is closed, and may be another's by then.
            let isRunning = Mutex(true)
            defer { isRunning.withLock { $0 = false } }
            let process = RelayProcess(
                id: execution.processIdentifier.value,
                send: { signal in isRunning.withLock { if $0 { try? execution.send(signal: signal) } } },
                lines: lines
            )
            async let reading: Void = {
                for try await line in execution.standardError.strings() { lines.append(line) }
                lines.end()
            }()
            do {
                try await body(process)
                if let stop {
                    // A signal that comes before its services run ends it as it does any process.
                    if stop == .terminate { _ = try? await process.port(of: ".address") }
                    process.send(stop)
                }
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
    private let lines = Mutex<(all: [String], isOver: Bool)>(([], false))

    var all: [String] { self.state.all }
    var state: (all: [String], isOver: Bool) { self.lines.withLock { $0 } }

    func append(_ line: String) {
        self.lines.withLock { $0.all.append(line) }
    }

    func end() {
        self.lines.withLock { $0.isOver = true }
    }
}
