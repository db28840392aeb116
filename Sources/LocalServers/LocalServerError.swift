/// Why a throwaway server could not be started or stopped; `description` is one sentence for a person.
///
/// Besides these, the calls of this module throw `CancellationError` when their task is cancelled.
package enum LocalServerError: Error, Hashable, Sendable {
    /// No program of that name exists in the places that were searched.
    case programNotFound(program: String, debianPackage: String)

    /// The process is root, as which PostgreSQL refuses to run, and there is no other user to run it as.
    case noAccount

    /// Every port that was tried is in use.
    case noFreePort

    /// A setting cannot be handed to a program, because it holds a line break or a zero byte.
    case invalidSetting(String)

    /// The server is being started or stopped by somebody else.
    case busy(server: String)

    /// The program ended before it was ready. `log` holds the last lines it wrote.
    case ended(server: String, status: Int32, log: String)

    /// The server neither became ready nor ended in time. `log` holds the last lines it wrote.
    case timedOut(server: String, log: String)

    /// The server is gone for good: it was shut down, or its guardian could not do its work.
    case gone(server: String, reason: String)
}

extension LocalServerError: CustomStringConvertible {
    /// The sentence to show.
    package var description: String {
        switch self {
        case .programNotFound(let program, let debianPackage):
            "\(program) was not found; install the Debian package \(debianPackage) (apt-get install \(debianPackage))"
        case .noAccount:
            "PostgreSQL does not run as root, and neither of the users postgres and nobody exists"
        case .noFreePort:
            "no free port was found on 127.0.0.1"
        case .invalidSetting(let setting):
            "a setting of a server holds a line break or a zero byte: \(setting.debugDescription)"
        case .busy(let server):
            "\(server) is being started or stopped already"
        case .ended(let server, let status, let log):
            "\(server) ended with status \(status) before it was ready; the end of its log:\n\(log)"
        case .timedOut(let server, let log):
            "\(server) did not do what it was asked in time; the end of its log:\n\(log)"
        case .gone(let server, let reason):
            "\(server) is gone: \(reason)"
        }
    }
}
