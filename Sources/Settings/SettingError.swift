/// A setting that cannot be used, as one sentence for the operator.
package struct SettingError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The sentence.
    ///
    /// It names the setting, and its value unless that is secret.
    package let description: String

    /// Creates an error from its sentence.
    package init(_ sentence: String) {
        self.description = sentence
    }

    /// A value that is not what the setting accepts.
    package init(name: String, value: String, of setting: any SettingDescription) {
        let shown = setting.isSecret ? "has an unusable value" : "is \"\(value)\""
        self.init("\(name) \(shown); it must be \(setting.accepted).")
    }
}
