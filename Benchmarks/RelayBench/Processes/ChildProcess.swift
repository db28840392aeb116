import Dispatch
import FoundationEssentials
import Glibc

/// A program that runs, and what it uses.
///
/// Started with `posix_spawn` because no package at hand tells what a process has used (`wait4`).
final class ChildProcess: Sendable {
    /// Between two looks at the memory: ten times as many took a twentieth of a processor from what is measured.
    private static let pause = Duration.milliseconds(50)

    /// Its process number.
    let pid: pid_t

    private let name: String
    private let log: String
    private let ending: Task<(status: Int32, usage: Usage), Never>

    /// Starts a program.
    ///
    /// - Parameters:
    ///   - program: Its path.
    ///   - arguments: Its arguments, without its name.
    ///   - environment: All variables it gets.
    ///   - log: The file that takes what it writes.
    /// - Throws: ``BenchError`` where it cannot be started.
    init(_ program: String, _ arguments: [String], environment: [String: String], log: String) throws {
        let start = ContinuousClock.now
        let pid = try Self.spawn([program] + arguments, environment.map { "\($0)=\($1)" }, log: log)
        self.pid = pid
        self.name = program.split(separator: "/").last.map(String.init) ?? program
        self.log = log
        self.ending = Task.detached { await Self.watch(pid, since: start) }
    }

    /// Sends a signal.
    func send(_ signal: Int32) {
        kill(self.pid, signal)
    }

    /// Returns what it used once it has ended by itself.
    ///
    /// - Throws: ``BenchError`` unless it ended with status 0.
    func usage() async throws -> Usage {
        let (status, usage) = await withTaskCancellationHandler {
            await self.ending.value
        } onCancel: {
            self.send(SIGKILL)
        }
        // A profiler that is asked to stop ends by the signal it was sent.
        guard status == 0 || status == SIGTERM else {
            throw BenchError("\(self.name) ended with wait status \(status): \(self.lastWords)")
        }
        return usage
    }

    /// Asks it to stop, and returns what it used.
    ///
    /// - Throws: ``BenchError`` unless it then ended with status 0.
    func stop() async throws -> Usage {
        self.send(SIGTERM)
        return try await self.usage()
    }

    /// Ends it, however it fares.
    func end() async {
        self.send(SIGKILL)
        _ = await self.ending.value
    }

    /// What it has written.
    ///
    /// - Throws: Where its log cannot be read.
    func output() throws -> String {
        String(decoding: try Data(contentsOf: URL(filePath: self.log)), as: UTF8.self)
    }

    private var lastWords: String {
        String(((try? self.output()) ?? "").suffix(1000))
    }

    /// Waits for the end, and looks at the peak of the memory meanwhile.
    ///
    /// `ru_maxrss` of `wait4` would count the memory of this process, of which the child is a copy at first.
    private static func watch(_ pid: pid_t, since start: ContinuousClock.Instant) async -> (Int32, Usage) {
        let memory = Task {
            var peak = 0.0
            while !Task.isCancelled {
                peak = max(peak, Self.peakMiB(pid))
                try? await Task.sleep(for: Self.pause)
            }
            return peak
        }
        let (status, used) = await withCheckedContinuation { continuation in
            DispatchQueue.global().async { continuation.resume(returning: Self.wait(pid)) }
        }
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        let processor = Self.seconds(used.ru_utime) + Self.seconds(used.ru_stime)
        memory.cancel()
        return (status, Usage(seconds: seconds, processorSeconds: processor, peakMiB: await memory.value))
    }

    /// Blocks.
    private static func wait(_ pid: pid_t) -> (Int32, rusage) {
        var status: Int32 = 0
        var used = rusage()
        while wait4(pid, &status, 0, &used) < 0, errno == EINTR {}
        return (status, used)
    }

    private static func seconds(_ time: timeval) -> Double {
        Double(time.tv_sec) + Double(time.tv_usec) / 1e6
    }

    /// `VmHWM`, see proc(5).
    private static func peakMiB(_ pid: pid_t) -> Double {
        guard let file = fopen("/proc/\(pid)/status", "r") else { return 0 }
        defer { fclose(file) }
        var text = [UInt8](repeating: 0, count: 4096)
        let count = fread(&text, 1, text.count, file)
        let lines = String(decoding: text.prefix(count), as: UTF8.self).split(separator: "\n")
        guard let line = lines.first(where: { $0.hasPrefix("VmHWM:") }) else { return 0 }
        // "VmHWM:	   20480 kB"
        return (Double(line.split(whereSeparator: \.isWhitespace).dropLast().last ?? "") ?? 0) / 1024
    }

    private static func spawn(_ arguments: [String], _ environment: [String], log: String) throws -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, log, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        posix_spawn_file_actions_adddup2(&actions, 1, 2)
        // A thread of the pool blocks all signals, and what it starts would, too.
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        var defaults = sigset_t()
        sigemptyset(&defaults)
        sigaddset(&defaults, SIGPIPE)
        posix_spawnattr_setsigdefault(&attributes, &defaults)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
        var argv = arguments.map { strdup($0) } + [nil]
        var envp = environment.map { strdup($0) } + [nil]
        defer { for pointer in argv + envp { free(pointer) } }
        var pid: pid_t = 0
        let fault = posix_spawn(&pid, arguments[0], &actions, &attributes, &argv, &envp)
        guard fault == 0 else {
            throw BenchError("\(arguments[0]) cannot be started: \(String(cString: strerror(fault)))")
        }
        return pid
    }
}

/// Starts a program, lends it to `body`, and ends it if `body` has not.
func withProcess<Result>(
    _ make: () throws -> ChildProcess,
    _ body: (ChildProcess) async throws -> Result
) async throws -> Result {
    let process = try make()
    do {
        let result = try await body(process)
        await process.end()
        return result
    } catch {
        await process.end()
        throw error
    }
}
