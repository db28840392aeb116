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
        var known: [String: (name: String, isSwitch: Bool)] = [:]
        for setting in settings {
            for (flag, name) in zip(setting.flags, setting.names) { known[flag] = (name, setting.isSwitch) }
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
            guard let (name, isSwitch) = known[String(parts[0])] else {
                throw SettingError("--\(parts[0]) is not a known flag; see --help for those that are.")
            }
            if parts.count == 2 {
                values[name] = String(parts[1])
            } else if isSwitch, rest.first?.hasPrefix("--") ?? true {
                values[name] = "true"
            } else if let value = rest.popFirst() {
                values[name] = value
            } else {
                throw SettingError("--\(parts[0]) needs a value; see --help for what is accepted.")
            }
        }
        self = .run(values)
    }
}
