import Glibc
package import Logging
import RawJSON

/// Writes one JSON object per line: `time`, `level`, `logger`, `message`, then the metadata.
package struct JSONLogHandler: LogHandler {
    /// The least important level that is written.
    package var logLevel: Logger.Level = .info
    /// What every line carries.
    package var metadata: Logger.Metadata = [:]
    /// Metadata of the current task.
    package var metadataProvider: Logger.MetadataProvider?

    private let label: String
    private let write: @Sendable ([UInt8]) -> Void

    /// Creates a handler.
    ///
    /// - Parameters:
    ///   - label: The logger's name.
    ///   - write: Takes a whole line, its end included. Any thread. Standard error by default.
    package init(label: String, write: @escaping @Sendable ([UInt8]) -> Void = JSONLogHandler.writeToStandardError) {
        self.label = label
        self.write = write
    }

    /// One value of what every line carries.
    package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { self.metadata[key] }
        set { self.metadata[key] = newValue }
    }

    /// Writes a line.
    package func log(event: LogEvent) {
        var json = JSONWriter()
        json.object { json in
            json.key("time")
            json.string(Self.now())
            json.key("level")
            json.string(event.level.rawValue)
            json.key("logger")
            json.string(self.label)
            json.key("message")
            json.string("\(event.message)")
            let merged = self.metadata
                .merging(self.metadataProvider?.get() ?? [:]) { $1 }
                .merging(event.metadata ?? [:]) { $1 }
            for (key, value) in merged.sorted(by: { $0.key < $1.key }) {
                json.key(key)
                json.string("\(value)")
            }
            if let error = event.error {
                json.key(LogKey.error)
                json.string("\(error)")
            }
        }
        self.write(json.bytes + [UInt8(ascii: "\n")])
    }

    /// Writes in one call, so that lines of several threads do not mix.
    package static let writeToStandardError: @Sendable ([UInt8]) -> Void = { line in
        _ = line.withUnsafeBytes { Glibc.write(STDERR_FILENO, $0.baseAddress, $0.count) }
    }

    private static func now() -> String {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        var parts = tm()
        gmtime_r(&time.tv_sec, &parts)
        func padded(_ number: Int, _ width: Int) -> String {
            let digits = String(number)
            return String(repeating: "0", count: max(0, width - digits.count)) + digits
        }
        let date = [(Int(parts.tm_year) + 1900, 4), (Int(parts.tm_mon) + 1, 2), (Int(parts.tm_mday), 2)]
        let clock = [(Int(parts.tm_hour), 2), (Int(parts.tm_min), 2), (Int(parts.tm_sec), 2)]
        return date.map(padded).joined(separator: "-") + "T" + clock.map(padded).joined(separator: ":")
            + "." + padded(time.tv_nsec / 1000, 6) + "Z"
    }
}
