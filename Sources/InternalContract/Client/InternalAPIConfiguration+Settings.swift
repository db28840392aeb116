package import Logging
package import Settings

extension InternalAPIConfiguration {
    /// `NOETL_INTERNAL_API_URL`.
    package static let url = Setting<String>.text(
        "NOETL_INTERNAL_API_URL",
        default: "http://127.0.0.1:8085",
        "Where internal-api is, without /api/internal.",
        accepted: "an http:// or https:// URL with a host",
        where: Self.isUsable
    )

    /// What a client of `/api/internal` is told, in the order in which it is shown.
    package static let settings: [any SettingDescription] = [Self.url] + AccessTokens.settings

    /// Reads the settings.
    ///
    /// - Parameters:
    ///   - reader: The settings.
    ///   - logger: Told when a token file has been read again, and when it cannot be.
    /// - Throws: `SettingError`.
    package init(settings reader: SettingsReader, logger: Logger) throws {
        self.init(
            url: try reader.value(Self.url),
            tokens: try AccessTokenSource(settings: reader, logger: logger)
        )
    }

    /// Reads the settings of a program that cannot do without the server.
    ///
    /// - Parameters:
    ///   - reader: The settings.
    ///   - logger: Told when a token file has been read again, and when it cannot be.
    ///   - setting: What makes it need the server, as `NAME=value`.
    /// - Throws: `SettingError`, also where there is no token.
    package init(settings reader: SettingsReader, logger: Logger, requiredBy setting: String) throws {
        try self.init(settings: reader, logger: logger)
        guard !self.tokens.current.isEmpty else {
            throw SettingError("\(AccessTokens.token.name) is not set; \(setting) needs the server's token.")
        }
    }

    private static func isUsable(_ text: String) -> Bool {
        ["http://", "https://"].contains { scheme in
            guard text.lowercased().hasPrefix(scheme) else { return false }
            let rest = text.dropFirst(scheme.count)
            let host = rest.prefix { $0 != "/" && $0 != ":" }
            return (!host.isEmpty || rest.hasPrefix("["))
                && !text.contains { $0.isWhitespace || $0 == "?" || $0 == "#" }
        }
    }
}
