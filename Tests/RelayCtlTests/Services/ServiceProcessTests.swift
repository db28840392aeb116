import Glibc
import Subprocess
import SystemPackage
import Testing

@testable import RelayCtl

@Suite(.timeLimit(.minutes(10)))
struct ServiceProcessTests {
    /// Runs a shell script in place of the projector.
    private func withProcess(_ script: String, _ body: (ServiceProcess) async throws -> Void) async throws {
        let folder = try LogFolder.make()
        let program = folder.path.appending(ServiceName.projector.rawValue)
        let file = try FileDescriptor.open(
            program,
            .writeOnly,
            options: [.create, .closeOnExec],
            permissions: [.ownerReadWriteExecute]
        )
        try file.closeAfter { _ = try file.writeAll("#!/bin/sh\n\(script)\n".utf8) }
        let process = ServiceProcess(.projector, in: folder.path, environment: ["WORD": "heard"], logs: folder)
        try await body(process)
        _ = await process.stop(within: .seconds(60))
        unlink(program.string)
        folder.remove()
    }

    private func waitForLine(_ line: String, of process: ServiceProcess) async throws {
        while !process.lastLines.contains(line) { try await Task.sleep(for: .milliseconds(5)) }
    }

    private let obedient = """
        trap 'echo stopped; exit 0' TERM
        echo "$WORD"
        while :; do sleep 0.05; done
        """

    @Test
    func `a service gets its variables, and its log is kept`() async throws {
        try await self.withProcess(self.obedient) { process in
            try await self.waitForLine("heard", of: process)
            #expect(process.ending == nil)
            #expect(await process.stop(within: .seconds(60)) == nil)
            #expect(process.ending?.status == 0)
            #expect(process.lastLines == "heard\nstopped")
        }
    }

    @Test
    func `one that leaves with another status is told of`() async throws {
        try await self.withProcess("trap 'exit 3' TERM; echo up; while :; do sleep 0.05; done") { process in
            try await self.waitForLine("up", of: process)
            #expect(await process.stop(within: .seconds(60)) == "projector ended after SIGTERM with status 3.")
        }
    }

    @Test
    func `one that does not listen is killed`() async throws {
        try await self.withProcess("trap '' TERM; echo up; while :; do sleep 0.05; done") { process in
            try await self.waitForLine("up", of: process)
            let fault = await process.stop(within: .milliseconds(200))
            #expect(fault?.hasPrefix("projector did not end within") == true)
            while process.ending == nil { try await Task.sleep(for: .milliseconds(5)) }
            #expect(process.ending?.status == 128 + SIGKILL)
        }
    }

    @Test
    func `one that ends by itself is noticed`() async throws {
        try await self.withProcess("echo no settings; exit 2") { process in
            while process.ending == nil { try await Task.sleep(for: .milliseconds(5)) }
            #expect(process.ending?.description == "status 2")
            #expect(process.lastLines == "no settings")
            #expect(await process.stop(within: .seconds(60)) == nil)
        }
    }

    @Test
    func `a service does not outlive whoever started it`() async throws {
        // The guardian's standard input ends as it does when the demo is killed.
        let outcome = try await run(
            .path("/bin/sh"),
            arguments: Arguments(ServiceScript.arguments(program: "/usr/bin/yes", log: "/dev/null")),
            input: .none,
            output: .discarded,
            error: .discarded
        )
        #expect(outcome.terminationStatus == .exited(128 + SIGKILL))
    }
}
