/// One setting of a program: an environment variable that is also a flag.
///
/// A setting is declared once, as a constant beside what it configures; reading, `--help`, the refusal of unknown flags
/// and the documentation's table all come from that declaration.
package struct Setting<Value: Sendable>: SettingDescription {
    /// The environment variable, and after it those that are read in turn where it is not set.
    package let names: [String]
    /// What the setting does, as a sentence.
    package let meaning: String
    /// What a value must be, as the end of the sentence "it must be …".
    package let accepted: String
    /// Whether the value must not be shown.
    package let isSecret: Bool
    /// What applies where the setting is absent, in words; empty where nothing does.
    package let defaultText: String

    let fallback: Value
    let parse: @Sendable (String) -> Value?

    /// Creates a setting.
    ///
    /// - Parameters:
    ///   - names: The environment variable, then the ones read in its absence.
    ///   - fallback: The value where none is given.
    ///   - defaultText: The same in words.
    ///   - meaning: What it does, as a sentence.
    ///   - accepted: What a value must be, as the end of the sentence "it must be …".
    ///   - isSecret: Whether to keep the value out of messages.
    ///   - parse: Reads a value; `nil` for an unusable one.
    package init(
        _ names: [String],
        default fallback: Value,
        shown defaultText: String,
        _ meaning: String,
        accepted: String,
        isSecret: Bool = false,
        parse: @escaping @Sendable (String) -> Value?
    ) {
        self.names = names
        self.fallback = fallback
        self.defaultText = defaultText
        self.meaning = meaning
        self.accepted = accepted
        self.isSecret = isSecret
        self.parse = parse
    }
}
