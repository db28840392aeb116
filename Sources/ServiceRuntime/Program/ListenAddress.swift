package import Settings

/// Where a program's server listens.
package struct ListenAddress: Sendable {
    /// The host's name or address.
    package let host: String
    /// The port; 0 lets the system choose.
    package let port: Int

    /// The two settings of an address.
    package struct Keys: Sendable {
        /// The setting of the host.
        package let host: Setting<String>
        /// The setting of the port.
        package let port: Setting<Int>

        /// Creates the settings `<prefix>_HOST` and `<prefix>_PORT`.
        ///
        /// - Parameters:
        ///   - prefix: What both names begin with.
        ///   - host: The host by default.
        ///   - port: The port by default.
        ///   - what: What is served there, as the end of a sentence.
        package init(prefix: String, host: String, port: Int, serving what: String) {
            self.host = .text("\(prefix)_HOST", default: host, "Address to listen on for \(what).")
            self.port = .integer("\(prefix)_PORT", default: port, in: 0...65535, "Port to listen on for \(what).")
        }

        /// Both, in the order in which they are shown.
        package var settings: [any SettingDescription] { [self.host, self.port] }
    }

    /// Creates an address.
    package init(host: String, port: Int) {
        self.host = host
        self.port = port
    }

    /// Reads an address.
    package init(_ reader: SettingsReader, _ keys: Keys) throws {
        self.host = try reader.value(keys.host)
        self.port = try reader.value(keys.port)
    }
}
