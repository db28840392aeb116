import Logging

extension Logger {
    /// A logger that says nothing, for modules whose errors and results the command shows itself.
    static var quiet: Logger { Logger(label: "relayctl") { _ in SwiftLogNoOpLogHandler() } }
}
