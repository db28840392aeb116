import FoundationEssentials
import Glibc
import Subprocess
import SystemPackage

/// What a run of the real `relayctl` came to.
struct RelayCtlProcess: Sendable {
    /// The exit status; 128 and the number of a signal if that ended it.
    let status: Int32
    /// What it wrote to standard output.
    let output: String
    /// What it wrote to standard error.
    let errors: String

    /// Runs the executable that was built with these tests.
    ///
    /// - Parameters:
    ///   - arguments: Its command line.
    ///   - environment: Its variables beside `PATH` and `TMPDIR`.
    /// - Returns: What it came to, once it has ended.
    /// - Throws: `Errno` where it was not built; `SubprocessError`.
    static func run(_ arguments: [String], environment: [String: String] = [:]) async throws -> RelayCtlProcess {
        var variables: [Environment.Key: String] = [:]
        for (name, value) in ProcessInfo.processInfo.environment where ["PATH", "TMPDIR"].contains(name) {
            variables[try key(name)] = value
        }
        for (name, value) in environment { variables[try key(name)] = value }
        let outcome = try await Subprocess.run(
            .path(try self.path()),
            arguments: Arguments(arguments),
            environment: .custom(variables),
            output: .string(limit: 1 << 20),
            error: .string(limit: 1 << 20)
        )
        let status: Int32 =
            switch outcome.terminationStatus {
            case .exited(let status): status
            case .signaled(let signal): 128 + signal
            }
        return RelayCtlProcess(status: status, output: outcome.standardOutput, errors: outcome.standardError)
    }

    /// The executable lies beside that of the tests.
    private static func path() throws -> FilePath {
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
        let count = readlink("/proc/self/exe", &buffer, buffer.count)
        guard count > 0 else { throw Errno(rawValue: errno) }
        let own = FilePath(String(decoding: buffer.prefix(count).map(UInt8.init(bitPattern:)), as: UTF8.self))
        let sibling = own.removingLastComponent().appending("relayctl")
        guard access(sibling.string, X_OK) == 0 else { throw Errno.noSuchFileOrDirectory }
        return sibling
    }

    private static func key(_ name: String) throws -> Environment.Key {
        guard let key = Environment.Key(rawValue: name) else { throw Errno.invalidArgument }
        return key
    }
}
