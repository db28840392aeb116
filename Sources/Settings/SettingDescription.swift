/// What is known of a setting without its type.
package protocol SettingDescription: Sendable {
    /// The environment variable, and after it those that are read in turn where it is not set.
    var names: [String] { get }
    /// What the setting does, as a sentence.
    var meaning: String { get }
    /// What a value must be, as the end of the sentence "it must be …".
    var accepted: String { get }
    /// Whether the value must not be shown.
    var isSecret: Bool { get }
    /// What applies where the setting is absent, in words; empty where nothing does.
    var defaultText: String { get }
    /// Whether the flag may stand alone, meaning `true`.
    var isSwitch: Bool { get }
}

extension SettingDescription {
    /// The name by which messages and the documentation call the setting.
    package var name: String { self.names.first ?? "" }

    /// The flags of all its names, without the leading dashes: `NOETL_OUTBOX_LEASE_SECONDS` is `outbox-lease-seconds`.
    package var flags: [String] { self.names.map(Self.flag(for:)) }

    package var isSwitch: Bool { false }

    static func flag(for name: String) -> String {
        let own = name.hasPrefix("NOETL_") ? name.dropFirst(6) : name[...]
        return own.lowercased().replacing("_", with: "-")
    }
}

extension Setting {
    /// Whether the flag may stand alone, meaning `true`.
    package var isSwitch: Bool { Value.self == Bool.self }
}
