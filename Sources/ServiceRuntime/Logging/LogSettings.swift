package import Logging
package import Settings

/// How a process logs.
package struct LogSettings: Sendable {
    /// The form of a log line.
    package enum Format: String, CaseIterable, Sendable {
        /// For people.
        case text
        /// For machines: one JSON object per line.
        case json
    }

    /// `LOG_LEVEL`.
    package static let level = Setting<Logger.Level>.choice(
        "LOG_LEVEL",
        default: .info,
        "The least important level that is logged."
    )

    /// `LOG_FORMAT`.
    package static let format = Setting<Format>.choice("LOG_FORMAT", default: .text, "The form of a log line.")

    /// Both, in the order in which they are shown.
    package static let settings: [any SettingDescription] = [Self.level, Self.format]

    private let level: Logger.Level
    private let format: Format

    /// Reads how to log.
    package init(_ reader: SettingsReader) throws {
        self.level = try reader.value(Self.level)
        self.format = try reader.value(Self.format)
    }

    /// Makes the process's logger, and every logger that libraries make, log this way on standard error.
    ///
    /// Call once.
    package func bootstrap(label: String) -> Logger {
        let (level, format) = (self.level, self.format)
        LoggingSystem.bootstrap { label in
            switch format {
            case .text:
                var handler = StreamLogHandler.standardError(label: label)
                handler.logLevel = level
                return handler
            case .json:
                var handler = JSONLogHandler(label: label)
                handler.logLevel = level
                return handler
            }
        }
        return Logger(label: label)
    }
}
