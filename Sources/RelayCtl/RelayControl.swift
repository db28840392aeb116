import ArgumentParser
import Glibc
import Settings

/// The command line of operators and newcomers.
///
/// Exit status: 0 where all went well, 1 after a failure, 2 for usage or settings that cannot be used, 130 when stopped
/// by a signal. Each failure is one sentence on standard error.
@main
struct RelayControl: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "relayctl",
        abstract: "Prepares databases for noetl-relay, and shows what it does.",
        subcommands: [
            MigrateCommand.self, PartitionsCommand.self, StatusCommand.self, RetryCommand.self, DeadLettersCommand.self,
            VerifyCommand.self, DemoCommand.self,
        ]
    )

    static func main() async {
        // A reader of our output, or a program of ours, that is gone must not end us before we have cleaned up.
        signal(SIGPIPE, SIG_IGN)
        do {
            let command = try self.parseAsRoot()
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                var command = command
                try command.run()
            }
        } catch {
            self.leave(because: error)
        }
    }

    private static func leave(because error: any Error) -> Never {
        if let code = error as? ExitCode { Glibc.exit(code.rawValue) }
        if error is SettingError {
            Console.complain("\(error)")
            Glibc.exit(2)
        }
        switch self.exitCode(for: error) {
        case .success:
            // The help screen arrives as an error, too.
            Console.standardOutput.line(self.fullMessage(for: error))
            Glibc.exit(0)
        case .validationFailure:
            Console.complain("\(self.message(for: error)) See relayctl --help.")
            Glibc.exit(2)
        default:
            Console.complain(FailureSentence(error).description)
            Glibc.exit(1)
        }
    }
}
