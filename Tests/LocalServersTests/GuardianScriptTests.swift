import Glibc
import Subprocess
import SystemPackage
import Testing

@testable import LocalServers

@Suite(.timeLimit(.minutes(10)))
struct GuardianScriptTests {
    @Test
    func `a command becomes one line of quoted words`() throws {
        #expect(try GuardianScript.line(["a", "b c", "it's", "$x", ""]) == #"'a' 'b c' 'it'\''s' '$x' ''"#)
    }

    @Test(arguments: ["two\nlines", "a\0b"])
    func `a word that cannot be part of a line is refused`(word: String) {
        #expect(throws: LocalServerError.invalidSetting(word)) { try GuardianScript.line([word]) }
    }

    @Test
    func `the script is not handed on to the programs, nor is anything of the caller`() async throws {
        let guardian = try await Guardian.start(name: "env", account: .own, endSignal: "KILL")
        try await guardian.complete(["env"])
        let names = guardian.log.split(separator: "\n").compactMap { $0.split(separator: "=").first }
        #expect(Set(names).isSubset(of: ["PATH", "LC_ALL", "TZ", "PWD", "OLDPWD", "_"]))
        await guardian.close()
    }

    @Test
    func `the program and the folder are gone after their starter was killed`() async throws {
        // The left side stands for the process that starts a server: it alone holds the other end of the guardian's
        // input, and after its last order it is a sleep under the same process number.
        let pipeline = #"""
            /bin/sh -c 'echo "starter $$" >&2; echo "sleep 600"; exec sleep 601' | /bin/sh "$@"
            """#
        var variables: [Environment.Key: String] = [:]
        for (name, value) in GuardianScript.environment {
            variables[try #require(Environment.Key(rawValue: name))] = value
        }
        let script = GuardianScript.arguments(parent: "/tmp", endSignal: "TERM")
        let outcome = try await run(
            .path("/bin/sh"),
            arguments: Arguments(["-c", pipeline, "sh"] + script),
            environment: .custom(variables),
            input: .none,
            output: .sequence,
            error: .combinedWithOutput
        ) { pipeline in
            var said: [String: String] = [:]
            for try await line in pipeline.standardOutput.strings() {
                let words = line.split(separator: " ").map(String.init)
                guard words.count == 2 else { continue }
                said[words[0]] = words[1]
                guard words[0] == "started", let program = Int32(words[1]) else { continue }
                #expect(try await isRunning(program))
                kill(try #require(said["starter"].flatMap { Int32($0) }), SIGKILL)
            }
            return said
        }
        #expect(outcome.closureResult["ended"] == "\(128 + SIGTERM)")
        #expect(exists(FilePath(try #require(outcome.closureResult["folder"]))) == false)
        #expect(try await isRunning(try #require(outcome.closureResult["started"].flatMap { Int32($0) })) == false)
    }
}
