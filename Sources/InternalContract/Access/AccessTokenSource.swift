package import Logging
package import Settings
import Synchronization
import SystemPackage

/// Where the tokens come from: a fixed text, or a file that is read again when it changes.
///
/// A file is looked at, one system call, each time the tokens are asked for: so a rotated token counts from the next
/// request on, and one that was taken out no longer does.
package final class AccessTokenSource: Sendable {
    private struct State {
        var tokens: AccessTokens
        var version: FileVersion?
        var isReadable = true
    }

    private let path: FilePath?
    private let logger: Logger
    private let state: Mutex<State>

    /// Creates a source of tokens that never change.
    package init(_ tokens: AccessTokens) {
        self.path = nil
        self.logger = Logger(label: "unused") { _ in SwiftLogNoOpLogHandler() }
        self.state = Mutex(State(tokens: tokens))
    }

    /// Creates a source that reads a file now and whenever it has changed.
    ///
    /// - Parameters:
    ///   - path: The file.
    ///   - logger: Told when the file has been read again, and when it cannot be.
    /// - Throws: `Errno` for a file that cannot be read.
    package init(file path: String, logger: Logger) throws {
        let path = FilePath(path)
        let (text, version) = try FileVersion.read(path)
        self.path = path
        self.logger = logger
        self.state = Mutex(State(tokens: AccessTokens(parsing: text), version: version))
    }

    /// Reads where the tokens come from; there may be none.
    ///
    /// - Parameters:
    ///   - reader: The settings.
    ///   - logger: Told when a file has been read again, and when it cannot be.
    /// - Throws: `SettingError` for a file that cannot be read.
    package convenience init(settings reader: SettingsReader, logger: Logger) throws {
        let tokens = AccessTokens(parsing: try reader.value(AccessTokens.token) ?? "")
        guard tokens.isEmpty, let path = try reader.value(AccessTokens.file) else {
            self.init(tokens)
            return
        }
        do {
            try self.init(file: path, logger: logger)
        } catch let error as Errno {
            throw SettingError("\(AccessTokens.file.name) names \(path), which cannot be read: \(error).")
        }
    }

    /// The tokens of this moment.
    ///
    /// Those of before where the file can no longer be read: a volume that is away for a moment closes nothing.
    package var current: AccessTokens {
        guard let path = self.path else { return self.state.withLock { $0.tokens } }
        return self.state.withLock { state in
            if state.version?.isCurrent(of: path) != true { self.read(path, into: &state) }
            return state.tokens
        }
    }

    private func read(_ path: FilePath, into state: inout State) {
        do {
            let (text, version) = try FileVersion.read(path)
            let tokens = AccessTokens(parsing: text)
            if tokens != state.tokens || !state.isReadable {
                self.logger.info("Read the access tokens again", metadata: ["count": "\(tokens.count)"])
            }
            state = State(tokens: tokens, version: version)
        } catch {
            if state.isReadable {
                self.logger.warning("The access tokens cannot be read again", metadata: ["error": "\(error)"])
            }
            state.isReadable = false
            state.version = nil
        }
    }
}
