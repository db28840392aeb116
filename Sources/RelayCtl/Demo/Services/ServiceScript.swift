/// The shell program between the demo and one service.
///
/// It is a process of its own so that the service ends with the demo, however suddenly that goes: the shell learns of
/// it as the end of its standard input, of which only the demo holds the other end. Each line it reads is the name of
/// a signal to send. Its exit status is that of the service, or 128 and the number of the signal that ended it.
enum ServiceScript {
    /// Makes the command line that has `/bin/sh` run a program.
    ///
    /// - Parameters:
    ///   - program: The program's path.
    ///   - log: The file that takes what it writes.
    /// - Returns: All arguments but the name of the shell.
    static func arguments(program: String, log: String) -> [String] {
        ["-c", self.text, "relayctl-demo", log, program]
    }

    private static let text = #"""
        log=$1
        shift
        # Background commands get /dev/null as standard input, so the signals need a number of their own.
        exec 3<&0 2>/dev/null
        exec "$@" </dev/null >"$log" 2>&1 3<&- &
        program=$!
        { while read -r signal; do kill -s "$signal" "$program"; done <&3; kill -s KILL "$program"; } &
        watch=$!
        wait "$program"
        status=$?
        kill "$watch"
        exit "$status"
        """#
}
