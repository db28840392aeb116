import Glibc
import Subprocess
import SystemPackage

@testable import LocalServers

/// Runs one statement with psql and returns its output, without headings, or its error message.
func psql(_ uri: String, _ statement: String) async throws -> String {
    let outcome = try await run(
        .name("psql"),
        arguments: ["--no-psqlrc", "--tuples-only", "--no-align", "--quiet", "--command", statement, uri],
        output: .string(limit: 65_536),
        error: .combinedWithOutput
    )
    return String(outcome.standardOutput.trimmingSuffix("\n"))
}

/// Runs a shell script and returns its output.
@discardableResult
func shell(_ script: String, _ arguments: String...) async throws -> String {
    let outcome = try await run(
        .path("/bin/sh"),
        arguments: Arguments(["-c", script, "sh"] + arguments),
        output: .string(limit: 65_536),
        error: .combinedWithOutput
    )
    return String(outcome.standardOutput.trimmingSuffix("\n"))
}

/// Whether a file or folder exists.
func exists(_ path: FilePath) -> Bool {
    access(path.string, F_OK) == 0
}

/// Whether a process runs; one that has ended and was not yet waited for does not.
func isRunning(_ process: Int32) async throws -> Bool {
    let state = try await shell(#"ps -o stat= -p "$1""#, "\(process)")
    return !state.isEmpty && !state.hasPrefix("Z")
}

extension String {
    func trimmingSuffix(_ suffix: String) -> Substring {
        var rest = self[...]
        while rest.hasSuffix(suffix) { rest = rest.dropLast(suffix.count) }
        return rest
    }
}
