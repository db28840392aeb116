import Glibc
import Subprocess
import SystemPackage

extension Guardian {
    /// Runs the shell until it leaves, which it does when `orders` end.
    static func runShell(
        account: ServerAccount,
        endSignal: String,
        orders: AsyncStream<String>,
        record: GuardianRecord
    ) async {
        do {
            let outcome = try await run(
                .path(account.identity == nil ? "/bin/sh" : "/usr/bin/setpriv"),
                arguments: Arguments(
                    account.options + GuardianScript.arguments(parent: self.parentFolder, endSignal: endSignal)
                ),
                environment: self.environment(GuardianScript.environment),
                // The folder the caller is in may be closed to the user of the program.
                workingDirectory: "/",
                platformOptions: self.platformOptions,
                input: .inputWriter,
                output: .sequence,
                error: .combinedWithOutput
            ) { shell in
                // Cancelled, and so over, when the shell has left by itself and nothing remains to be read.
                async let _ = self.pass(orders, to: shell.standardInputWriter)
                try? await self.read(shell.standardOutput, into: record)
            }
            record.close(reason: "its guardian left (\(outcome.terminationStatus))")
        } catch {
            record.close(reason: "its guardian could not be started (\(error))")
        }
    }

    /// Writes each order as it comes; their end closes the shell's standard input.
    private static func pass(_ orders: AsyncStream<String>, to writer: StandardInputWriter) async {
        for await order in orders {
            _ = try? await writer.write(order)
        }
        try? await writer.finish()
    }

    private static func read(_ output: SubprocessOutputSequence, into record: GuardianRecord) async throws {
        for try await line in output.strings() {
            record.note(line)
        }
    }

    private static func environment(_ variables: [String: String]) -> Environment {
        var environment: [Environment.Key: String] = [:]
        for (name, value) in variables {
            if let key = Environment.Key(rawValue: name) { environment[key] = value }
        }
        return .custom(environment)
    }

    private static var platformOptions: PlatformOptions {
        var options = PlatformOptions()
        options.createSession = true
        return options
    }

    /// `TMPDIR`, or `/tmp`.
    private static var parentFolder: String {
        guard let folder = getenv("TMPDIR").map({ String(cString: $0) }), folder.hasPrefix("/") else { return "/tmp" }
        return folder
    }
}

extension ServerAccount {
    /// The arguments that make `setpriv` change to the account and run the shell; none for the account of this process.
    ///
    /// Not Subprocess' own options for that: they call glibc's `setgroups` between fork and exec, which there waits for
    /// ever for a thread that the parent was just starting.
    fileprivate var options: [String] {
        guard let identity = self.identity else { return [] }
        return ["--reuid=\(identity.user)", "--regid=\(identity.group)", "--clear-groups", "--", "/bin/sh"]
    }
}
