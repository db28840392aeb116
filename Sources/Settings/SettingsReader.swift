import Configuration

/// Reads settings: flags first, then the environment.
package struct SettingsReader: Sendable {
    private let reader: ConfigReader

    /// Reads from flags and an environment.
    ///
    /// - Parameters:
    ///   - flags: Values by the name of their environment variable, as ``CommandLineFlags`` yields them.
    ///   - environment: The environment; the process's own by default.
    package init(flags: [String: String] = [:], environment: [String: String]? = nil) {
        let values = flags.map { (AbsoluteConfigKey(Self.keyComponents($0)), ConfigValue(.string($1), isSecret: true)) }
        let flags = InMemoryProvider(name: "flags", values: Dictionary(uniqueKeysWithValues: values))
        let environment =
            environment.map { EnvironmentVariablesProvider(environmentVariables: $0, secretsSpecifier: .all) }
            ?? EnvironmentVariablesProvider(secretsSpecifier: .all)
        self.reader = ConfigReader(providers: [flags, environment])
    }

    /// The value of a setting: of the first of its names that is set, else its default.
    ///
    /// - Throws: ``SettingError`` for a value that is there but unusable.
    package func value<Value>(_ setting: Setting<Value>) throws -> Value {
        for name in setting.names {
            guard let text = self.text(name) else { continue }
            guard let value = setting.parse(text) else {
                throw SettingError(name: name, value: text, of: setting)
            }
            return value
        }
        return setting.fallback
    }

    /// The name under which a setting was given, for messages about its value; its first name where it was not.
    package func givenName(of setting: any SettingDescription) -> String {
        setting.names.first { self.text($0) != nil } ?? setting.name
    }

    private func text(_ name: String) -> String? {
        self.reader.string(forKey: ConfigKey(Self.keyComponents(name)))
    }

    /// `OUTBOX_LEASE` is looked up as the key `outbox.lease`, which the environment provider turns back.
    private static func keyComponents(_ name: String) -> [String] {
        name.lowercased().split(separator: "_").map(String.init)
    }
}
