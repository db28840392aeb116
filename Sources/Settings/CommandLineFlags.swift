/// What a command line asks for: settings as flags, or one of the two screens.
package enum CommandLineFlags: Hashable, Sendable {
    /// To run, with these values by the name of their environment variable.
    case run([String: String])
    /// To print the help screen.
    case help
    /// To print the version.
    case version

    /// Reads a command line.
    ///
    /// Accepted are `--flag value`, `--flag=value`, a bare `--flag` for switches, `--help`, `-h` and `--version`.
    ///
    /// - Parameters:
    ///   - arguments: The arguments after the program's name.
    ///   - settings: The settings whose flags are known.
    /// - Throws: ``SettingError`` for anything else.
    package init(parsing arguments: [String], settings: [any SettingDescription]) throws {
        // Whichever of its flags it is given by, a setting gets the value under its first name, which no variable
        // goes before.
        var known: [String: (names: Set<String>, isSwitch: Bool)] = [:]
        for setting in settings {
            for flag in setting.flags { known[flag, default: ([], setting.isSwitch)].names.insert(setting.name) }
        }
        var values: [String: String] = [:]
        var rest = arguments[...]
        while let argument = rest.popFirst() {
            if argument == "--help" || argument == "-h" { self = .help; return }
            if argument == "--version" { self = .version; return }
            guard argument.hasPrefix("--") else {
                throw SettingError("\"\(argument)\" is not expected; settings are given as --flag value, see --help.")
            }
            let parts = argument.dropFirst(2).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let (names, isSwitch) = known[String(parts[0])] else {
                throw SettingError("--\(parts[0]) is not a known flag; see --help for those that are.")
            }
            let value: String
            if parts.count == 2 {
                value = String(parts[1])
            } else if isSwitch, rest.first?.hasPrefix("--") ?? true {
                value = "true"
            } else if let next = rest.popFirst() {
                value = next
            } else {
                throw SettingError("--\(parts[0]) needs a value; see --help for what is accepted.")
            }
            for name in names { values[name] = value }
        }
        self = .run(values)
    }
}
