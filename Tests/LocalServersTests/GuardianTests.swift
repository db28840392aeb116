import SystemPackage
import Testing

@testable import LocalServers

@Suite(.timeLimit(.minutes(10)))
struct GuardianTests {
    @Test
    func `closing ends the program and removes the folder`() async throws {
        let guardian = try await Guardian.start(name: "sleep", account: .own, endSignal: "TERM")
        let program = try await Self.launchSleep(guardian)
        #expect(exists(guardian.folder))
        await guardian.close()
        #expect(!exists(guardian.folder))
        #expect(try await isRunning(program) == false)
    }

    @Test
    func `letting go of the guardian ends the program and removes the folder`() async throws {
        var guardian: Guardian? = try await Guardian.start(name: "sleep", account: .own, endSignal: "TERM")
        let folder = try #require(guardian?.folder)
        let program = try await Self.launchSleep(#require(guardian))
        guardian = nil
        #expect(try await wait(atMost: .seconds(60)) { !exists(folder) })
        #expect(try await isRunning(program) == false)
    }

    @Test
    func `only one program runs at a time`() async throws {
        let guardian = try await Guardian.start(name: "sleep", account: .own, endSignal: "TERM")
        _ = try await Self.launchSleep(guardian)
        #expect(throws: LocalServerError.busy(server: "sleep")) { try guardian.launch(["true"]) }
        try await guardian.end(signal: 9)
        #expect(guardian.phase == .idle(status: 128 + 9))
        try await guardian.complete(["true"])
        await guardian.close()
    }

    @Test
    func `nothing is launched after the end`() async throws {
        let guardian = try await Guardian.start(name: "sleep", account: .own, endSignal: "TERM")
        await guardian.close()
        await guardian.close()
        let error = #expect(throws: LocalServerError.self) { try guardian.launch(["true"]) }
        guard case .gone("sleep", _) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test
    func `a program that fails is reported with its last words`() async throws {
        let guardian = try await Guardian.start(name: "sh", account: .own, endSignal: "TERM")
        await #expect(throws: LocalServerError.ended(server: "/bin/sh", status: 3, log: "no such luck\n")) {
            try await guardian.complete(["/bin/sh", "-c", "echo 'no such luck'; exit 3"])
        }
        await guardian.close()
    }

    @Test
    func `a program that does not exist is a failure, not a silence`() async throws {
        let guardian = try await Guardian.start(name: "none", account: .own, endSignal: "TERM")
        await #expect(throws: LocalServerError.self) { try await guardian.complete(["/nonexistent/program"]) }
        await guardian.close()
    }

    private static func launchSleep(_ guardian: Guardian) async throws -> Int32 {
        try guardian.launch(["sleep", "600"])
        #expect(try await wait(atMost: .seconds(60)) { guardian.program != nil })
        return try #require(guardian.program)
    }
}
