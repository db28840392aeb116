import Glibc

/// The shell program that owns a temporary folder and the one program at a time that runs in it.
///
/// It is a process of its own so that it survives the death of the process that started it, however sudden: it learns
/// of that death as the end of its standard input, of which only the starter holds the other end.
///
/// | stream | line | meaning |
/// | --- | --- | --- |
/// | input | a shell command | run it; sent only after the program before it has ended |
/// | input | end | end the program, remove the folder, leave |
/// | output | `folder PATH` | the folder exists; the first line |
/// | output | `started PID` | the program of the last command runs |
/// | output | `ended STATUS` | it has ended; 128 and the number of a signal if that ended it |
///
/// Any other line of output is a complaint. The programs write to the file `log` in the folder, which is emptied at
/// each start.
enum GuardianScript {
    /// Returns the arguments that make `/bin/sh` run the script, which it finds in its ``environment``.
    ///
    /// - Parameters:
    ///   - parent: Where the folder is made.
    ///   - endSignal: The name, without `SIG`, of the signal that ends the program at the end of input. It must end it
    ///     surely, and need not save data, which is removed right after.
    /// - Returns: All arguments but the name of the shell.
    static func arguments(parent: String, endSignal: String) -> [String] {
        ["-c", #"eval "$GUARDIAN""#, "noetl-relay-guardian", parent, endSignal]
    }

    /// The variables the script needs and the only ones its programs get, so that no `PGPORT`, `PGDATA` or `NATS_URL`
    /// of the caller reaches a server.
    ///
    /// The C locale makes the servers write English, by which their messages are recognised. The script itself is here
    /// rather than among the arguments to keep it out of the listings of `ps`; it does not pass it on.
    static var environment: [String: String] {
        let path = getenv("PATH").map { String(cString: $0) } ?? "/usr/local/bin:/usr/bin:/bin"
        return ["PATH": path, "LC_ALL": "C", "TZ": "UTC", "GUARDIAN": self.text]
    }

    /// Returns `command` as one line for the script.
    ///
    /// - Throws: ``LocalServerError/invalidSetting(_:)`` if a word cannot be part of a line.
    static func line(_ command: [String]) throws(LocalServerError) -> String {
        var words: [String] = []
        for word in command {
            guard !word.utf8.contains(where: { $0 == 0x00 || $0 == 0x0A }) else { throw .invalidSetting(word) }
            let parts = word.split(separator: "'", omittingEmptySubsequences: false)
            words.append("'" + parts.joined(separator: #"'\''"#) + "'")
        }
        return words.joined(separator: " ")
    }

    private static let text = #"""
        # With nobody left to read them, answers must fail rather than end this shell before its work is done.
        trap '' PIPE
        unset GUARDIAN
        umask 077
        folder=$(mktemp -d "$1/noetl-relay.XXXXXX") && cd "$folder" || exit 1
        # Background commands get /dev/null as standard input, so the orders need a number of their own.
        exec 3<&0 2>/dev/null
        echo "folder $folder"
        while read -r command; do
            eval "trap - PIPE; exec $command" </dev/null >log 2>&1 3<&- &
            program=$!
            echo "started $program"
            # No orders come while the program runs, so all that can be read is the end.
            { while read -r _; do :; done <&3; kill -s "$2" "$program"; } >/dev/null &
            watch=$!
            wait "$program"
            status=$?
            kill "$watch"
            wait "$watch"
            echo "ended $status"
        done
        cd /
        # A second try, for a helper of the program that wrote a file while the first was under way.
        rm -rf "$folder" || { sleep 1; rm -rf "$folder"; }
        """#
}
