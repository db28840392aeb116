/// The text of `--help`: what a program does and every setting with its default and meaning.
package struct HelpScreen: CustomStringConvertible, Sendable {
    private let program: String
    private let summary: String
    private let settings: [any SettingDescription]

    /// Creates the screen of a program.
    package init(program: String, summary: String, settings: [any SettingDescription]) {
        self.program = program
        self.summary = summary
        self.settings = settings
    }

    // swift-format-ignore: AllPublicDeclarationsHaveDocumentation
    package var description: String {
        """
        \(self.summary)

        USAGE: \(self.program) [--flag value ...]

        Every setting is an environment variable and a flag; the flag wins. A value that cannot be used ends the
        program with exit status 2.

        SETTINGS:
        \(self.settings.map(Self.entry).joined(separator: "\n"))

        OTHER:
          --help, -h   Shows this.
          --version    Shows the version.
        """
    }

    private static func entry(_ setting: any SettingDescription) -> String {
        let fallback = setting.defaultText.isEmpty ? "" : " (default: \(setting.defaultText))"
        let alternatives = setting.names.dropFirst()
        let otherwise = alternatives.isEmpty ? "" : " Else \(alternatives.joined(separator: ", "))."
        return """
              \(setting.name), --\(setting.flags.first ?? "")
                  \(setting.meaning)\(otherwise)\(fallback)
            """
    }
}
