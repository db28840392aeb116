import Settings

/// The text of `docs/settings.md`, from the settings of the programs.
struct SettingsPage {
    /// A program and its settings.
    struct Program {
        let name: String
        let settings: [any SettingDescription]
    }

    let programs: [Program]

    var text: String {
        """
        # Settings

        Every setting is an environment variable and a flag; the flag wins. A variable after "else" is read where those
        before it are not set. A value that is there and cannot be used ends the program with status 2 and a sentence that
        names it. `--help` of each program says the same. This page is written by `make docs`.

        \(self.programs.map(Self.section).joined(separator: "\n"))
        """
    }

    private static func section(_ program: Program) -> String {
        let rows = program.settings.map { setting in
            let others = setting.names.dropFirst().map { ", else `\($0)`" }.joined()
            let fallback = setting.defaultText.isEmpty ? "" : "`\(setting.defaultText)`"
            let secret = setting.isSecret ? " Secret." : ""
            return "| `\(setting.name)`\(others) | `--\(setting.flags[0])` | \(fallback) | "
                + "\(setting.meaning)\(secret) It must be \(setting.accepted). |"
        }
        return """
            ## \(program.name)

            | variable | flag | default | meaning |
            | --- | --- | --- | --- |
            \(rows.joined(separator: "\n"))

            """
    }
}
