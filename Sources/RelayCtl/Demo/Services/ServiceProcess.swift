import Subprocess
import Synchronization
import SystemPackage

/// One service, running as a process.
///
/// It runs in a session of its own, where Ctrl-C does not reach it: the demo decides when it stops.
final class ServiceProcess: Sendable {
    /// How a service ended.
    struct Ending: Hashable, Sendable {
        /// The exit status, or 128 and the number of the signal that ended it; `nil` where it could not be started.
        let status: Int32?
        /// The status in words.
        let description: String
    }

    /// Which service it is.
    let name: ServiceName
    /// The file with what it writes.
    let log: FilePath

    private let orders: AsyncStream<String>.Continuation
    private let ended: Mutex<Ending?>

    /// Starts a service.
    ///
    /// - Parameters:
    ///   - name: Which service.
    ///   - folder: Where the executable is.
    ///   - environment: All variables it gets.
    ///   - logs: The folder for its log.
    init(_ name: ServiceName, in folder: FilePath, environment: [String: String], logs: LogFolder) {
        self.name = name
        self.log = logs.path.appending(name.logName)
        self.ended = Mutex(nil)
        let (lines, orders) = AsyncStream.makeStream(of: String.self)
        self.orders = orders
        let program = folder.appending(name.rawValue).string
        Task.detached {
            let ending = await Self.run(program, environment: environment, log: self.log, orders: lines)
            self.ended.withLock { $0 = ending }
        }
    }

    /// How it ended; `nil` while it runs.
    var ending: Ending? { self.ended.withLock { $0 } }

    /// The last lines it wrote.
    var lastLines: String { LogFolder.lastLines(of: self.log) }

    /// Sends SIGTERM, waits, and sends SIGKILL after the time is up; does nothing where it has ended.
    ///
    /// - Returns: What is wrong with the way it ended, as a sentence; `nil` where it left in time with status 0.
    func stop(within limit: Duration) async -> String? {
        guard self.ending == nil else { return nil }
        self.orders.yield("TERM\n")
        guard let ending = await self.waitForEnd(atMost: limit) else {
            self.orders.yield("KILL\n")
            _ = await self.waitForEnd(atMost: limit)
            return "\(self.name.rawValue) did not end within \(limit) of SIGTERM."
        }
        return ending.status == 0 ? nil : "\(self.name.rawValue) ended after SIGTERM with \(ending.description)."
    }

    private func waitForEnd(atMost limit: Duration) async -> Ending? {
        let deadline = ContinuousClock.now + limit
        while self.ending == nil, .now < deadline { try? await Task.sleep(for: .milliseconds(5)) }
        return self.ending
    }

    private static func run(
        _ program: String,
        environment: [String: String],
        log: FilePath,
        orders: AsyncStream<String>
    ) async -> Ending {
        var options = PlatformOptions()
        options.createSession = true
        do {
            let outcome = try await Subprocess.run(
                .path("/bin/sh"),
                arguments: Arguments(ServiceScript.arguments(program: program, log: log.string)),
                environment: .custom(environment.subprocessVariables),
                platformOptions: options,
                input: .inputWriter,
                output: .sequence,
                error: .discarded
            ) { shell in
                // Cancelled, and so over, when the shell has left, which is seen as the end of its empty output.
                async let _ = Self.pass(orders, to: shell.standardInputWriter)
                for try await _ in shell.standardOutput {}
            }
            guard case .exited(let status) = outcome.terminationStatus else {
                return Ending(status: nil, description: "\(outcome.terminationStatus)")
            }
            return Ending(status: status, description: "status \(status)")
        } catch {
            return Ending(status: nil, description: "\(error)")
        }
    }

    private static func pass(_ orders: AsyncStream<String>, to writer: StandardInputWriter) async {
        for await order in orders { _ = try? await writer.write(order) }
    }
}

extension [String: String] {
    fileprivate var subprocessVariables: [Environment.Key: String] {
        var variables: [Environment.Key: String] = [:]
        for (name, value) in self {
            if let key = Environment.Key(rawValue: name) { variables[key] = value }
        }
        return variables
    }
}
